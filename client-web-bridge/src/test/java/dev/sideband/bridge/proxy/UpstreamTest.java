package dev.sideband.bridge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.net.NoRouteToHostException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told of a server that cannot be reached, and of a bridge that stops. */
@Timeout(60)
final class UpstreamTest {
  private static final ServerTarget NOBODY =
      new ServerTarget(new ServerAddress("127.0.0.1", 9), Optional.empty());

  @Test
  void shouldSayThatItShutsDownWhenCalledAfterItsEnd() throws Exception {
    Upstream upstream = Upstream.to(NOBODY);
    upstream.close();
    Health.Word word = upstream.health().ask().toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(word.line()).isEqualTo("UNAVAILABLE: this bridge is shutting down; call again");
    assertThat(upstream.connections()).isZero();
  }

  @Test
  void shouldSayThatNoServerAnswersWhenThereIsNoRoute() throws Exception {
    Status failed = Status.UNAVAILABLE.withCause(new NoRouteToHostException());
    Status told =
        new Answers(NOBODY)
            .explain(failed, new ServersWord())
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    assertThat(told.getDescription())
        .isEqualTo("no Sideband server answers at 127.0.0.1:9; start one with:  ./sideband serve");
  }
}
