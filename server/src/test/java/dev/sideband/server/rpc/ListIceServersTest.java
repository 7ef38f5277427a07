package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Serving.LOCAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import dev.sideband.server.rpc.Serving.Refusal;
import dev.sideband.server.session.Principal;
import dev.sideband.v1.ConversationGrpc.ConversationBlockingStub;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.IceServer;
import dev.sideband.v1.ListIceServersRequest;
import dev.sideband.v1.ListIceServersResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What callers are told of STUN and TURN servers, over a real connection. */
class ListIceServersTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000, 999_999_999);
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final List<String> STUN = List.of("stun:stun.example.org");
  private static final List<String> TURN =
      List.of("turn:turn.example.org:3478?transport=udp", "turns:turn.example.org");
  private static final TurnServers SERVERS = new TurnServers(TURN, "north", Duration.ofHours(2));

  private static ListIceServersResponse asked(ConversationBlockingStub stub) {
    return stub.listIceServers(ListIceServersRequest.getDefaultInstance());
  }

  private static ListIceServersResponse asked(IceServers servers) {
    try (Serving serving = Serving.with(new Access.Open(LOCAL), servers)) {
      return asked(serving.call());
    }
  }

  @Test
  void shouldTellOfNoneWhenNoneIsConfigured() {
    assertThat(asked(IceServers.NONE)).isEqualTo(ListIceServersResponse.getDefaultInstance());
  }

  @Test
  void shouldTellOfStunServersWithoutCredentials() {
    assertThat(asked(new IceServers(STUN, Optional.empty(), CLOCK)))
        .isEqualTo(
            ListIceServersResponse.newBuilder()
                .addIceServers(IceServer.newBuilder().addAllUrls(STUN))
                .build());
  }

  /**
   * As TURN servers reckon: {@code printf %s 1700007200:cfed54c98d299185NAME | openssl dgst -sha1
   * -hmac north -binary | base64}; the name likewise, by SHA-256 of "local".
   */
  @Test
  void shouldMakeTheCredentialsThatTurnServersExpect() {
    assertThat(asked(new IceServers(STUN, Optional.of(SERVERS), CLOCK)))
        .isEqualTo(
            ListIceServersResponse.newBuilder()
                .addIceServers(IceServer.newBuilder().addAllUrls(STUN))
                .addIceServers(
                    IceServer.newBuilder()
                        .addAllUrls(TURN)
                        .setUsername("1700007200:cfed54c98d299185")
                        .setCredential("v2/jZsizRtm7cu4e0THWxrvSZRM="))
                .setExpiresAt(Timestamp.newBuilder().setSeconds(1_700_007_200))
                .build());
  }

  @Test
  void shouldKnowCallersApartWithoutNamingThem() {
    IceServers servers = new IceServers(List.of(), Optional.of(SERVERS), CLOCK);
    Access access =
        new Access.Tokens(
            List.of(
                new TokenGrant("the token of alice", new Principal("alice", Set.of())),
                new TokenGrant("the token of bob", new Principal("bob", Set.of()))));
    try (Serving serving = Serving.with(access, servers)) {
      IceServer alice = asked(with(serving, "the token of alice")).getIceServers(0);
      IceServer bob = asked(with(serving, "the token of bob")).getIceServers(0);
      assertThat(alice.getUsername())
          .startsWith("1700007200:")
          .isNotEqualTo(bob.getUsername())
          .doesNotContain("alice");
      assertThat(alice.getCredential()).isNotEqualTo(bob.getCredential());
      assertThat(asked(with(serving, "the token of alice")).getIceServers(0)).isEqualTo(alice);
      assertThat(Refusal.of(() -> asked(with(serving, "another token"))).code())
          .isEqualTo(ErrorCode.CREDENTIALS_INVALID);
    }
  }

  private static ConversationBlockingStub with(Serving serving, String token) {
    return serving.call().withInterceptors(Serving.header("authorization", "Bearer " + token));
  }

  @Test
  void shouldNotPrintTheSecretOfTurnServers() {
    assertThat(SERVERS).asString().contains("turn.example.org").doesNotContain("north");
  }

  @Test
  void shouldRefuseServersThatLackSomething() {
    Duration hour = Duration.ofHours(1);
    for (Runnable lacking :
        List.<Runnable>of(
            () -> new TurnServers(List.of(), "north", hour),
            () -> new TurnServers(TURN, "", hour),
            () -> new TurnServers(TURN, "north", Duration.ofMillis(999)))) {
      assertThatThrownBy(lacking::run).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
