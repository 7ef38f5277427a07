package dev.sideband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.sideband.v1.ClientMilestoneReached;
import dev.sideband.v1.Timing;
import java.util.List;

/** What a client reports of its first call. */
final class StartupReports {
  private StartupReports() {}

  /** Every milestone once, each as long after the one that it waits for as it says. */
  static void requireWhole(List<ClientMilestoneReached> reported) {
    assertThat(reported)
        .extracting(ClientMilestoneReached::getName)
        .containsExactlyInAnyOrder(
            "offer",
            "answer_applied",
            "ice_connected",
            "dtls_connected",
            "first_audio_sent",
            "first_audio_heard");
    requireStage(reported, "ice_connected", "dtls_connected");
    requireStage(reported, "dtls_connected", "first_audio_sent");
    requireStage(reported, "first_audio_sent", "first_audio_heard");
    Timing offer = timing(reported, "offer");
    assertThat(offer.getElapsed()).isEqualTo(offer.getTotal());
    assertThat(Durations.toNanos(offer.getTotal())).isPositive();
  }

  private static void requireStage(
      List<ClientMilestoneReached> reported, String before, String name) {
    Timing reached = timing(reported, name);
    assertThat(Durations.subtract(reached.getTotal(), timing(reported, before).getTotal()))
        .as("from %s to %s", before, name)
        .isEqualTo(reached.getElapsed());
  }

  private static Timing timing(List<ClientMilestoneReached> reported, String name) {
    return reported.stream()
        .filter(each -> each.getName().equals(name))
        .map(ClientMilestoneReached::getTiming)
        .findFirst()
        .orElseThrow();
  }
}
