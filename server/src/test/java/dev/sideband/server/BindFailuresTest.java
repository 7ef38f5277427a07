package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each reason has its own line; root cannot be denied a port, so those words are given here. */
class BindFailuresTest {
  private static final BindFailures.Place PLACE =
      new BindFailures.Place("grpc.address", "192.0.2.1", "grpc.port", 80, "--port");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Address already in use | grpc.port: 80 on 192.0.2.1 (expected: a free port; another server "
            + "may be running, or choose one with --port)",
        "Cannot assign requested address | grpc.address: 192.0.2.1 (expected: an address of this "
            + "machine)",
        "Permission denied | grpc.port: 80 on 192.0.2.1 (expected: a port that this user may listen "
            + "on, usually 1024 or more; choose one with --port)",
        "Something new | grpc.port: cannot listen on 80 on 192.0.2.1: Something new"
      })
  void shouldSayWhyInOneLine(String words, String line) {
    Exception wrapped =
        new CompletionException(new IOException("Failed to bind", new BindException(words)));

    assertThat(BindFailures.tryExplain(PLACE, wrapped))
        .hasValueSatisfying(failure -> assertThat(failure).hasMessage(line));
  }

  @Test
  void shouldNameTheAddressWhenItIsNone() {
    assertThat(BindFailures.tryExplain(PLACE, new UnresolvedAddressException()))
        .hasValueSatisfying(
            failure ->
                assertThat(failure)
                    .hasMessage(
                        "grpc.address: 192.0.2.1 (expected: an address, or a name that has one)"));
  }

  @Test
  void shouldSayNothingWhenItIsSomethingElse() {
    assertThat(BindFailures.tryExplain(PLACE, new IOException("disk"))).isEmpty();
  }
}
