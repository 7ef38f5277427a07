package dev.sideband.server.session;

import dev.sideband.server.provider.Dialect;
import dev.sideband.v1.ListVoicesResponse;
import dev.sideband.v1.ListVoicesResponse.DialectVoices;
import java.util.List;

/** What a provider's dialects can sound like, for callers. */
final class Voices {
  private Voices() {}

  static ListVoicesResponse of(List<Dialect> dialects) {
    ListVoicesResponse.Builder voices = ListVoicesResponse.newBuilder();
    for (Dialect dialect : dialects) {
      voices.addDialects(
          DialectVoices.newBuilder()
              .setDialect(dialect.name())
              .addAllVoices(dialect.voices())
              .setDefaultVoice(dialect.defaultVoice()));
    }
    return voices.build();
  }
}
