package dev.sideband.server.session;

import com.google.protobuf.Timestamp;
import dev.sideband.store.v1.SidebandCheckpoint;
import dev.sideband.v1.ConversationState.SidebandPhase;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SidebandLost;
import dev.sideband.v1.SidebandRejoined;
import java.util.Optional;

/**
 * How a conversation stands with its sideband: whether there is one, and what is known of the gap
 * when there is none.
 *
 * <p>Part of {@link SessionState}: pure, and its owner's thread only.
 */
final class SidebandBook {
  private SidebandPhase phase = SidebandPhase.ABSENT;
  private Timestamp lostAt = Timestamp.getDefaultInstance();
  private SidebandLost latestLoss = SidebandLost.getDefaultInstance();
  private String lastProviderEventId = "";
  private int attachment;
  private boolean joined;
  private boolean everLost;
  private int joinsUnheard;

  /**
   * Takes the next event of the conversation.
   *
   * @param before the time of the event before it
   */
  void evolve(RealtimeEvent event, Timestamp before) {
    if (event.getAttachment() > 0) {
      attachment = event.getAttachment();
    }
    if (!event.getProviderEventId().isEmpty()) {
      lastProviderEventId = event.getProviderEventId();
    }
    switch (event.getPayloadCase()) {
      case CALL_CREATED -> { // The first one: what is told of a next call does not come here.
        attachment = 0;
        joined = false;
        everLost = false;
      }
      case SIDEBAND_JOINING -> joining(event.getSidebandJoining().getAttempt());
      case SIDEBAND_JOINED -> {
        phase = SidebandPhase.JOINED;
        joined = true;
      }
      case CALL_RENEWED -> { // Its sideband is open.
        phase = SidebandPhase.JOINED;
        joined = true;
        joinsUnheard = 0;
      }
      case SIDEBAND_LOST -> {
        phase = SidebandPhase.LOST;
        everLost = true;
        latestLoss = event.getSidebandLost();
        lostAt = isToldLate(event.getSidebandLost()) ? before : event.getTime();
      }
      case CONVERSATION_ENDED -> phase = SidebandPhase.ABSENT;
      case SIDEBAND_REJOINED, GAP_REPAIRED, ERROR_OCCURRED -> {}
      default -> {
        if (event.getAttachment() > 0) {
          joinsUnheard = 0;
        }
      }
    }
  }

  private static boolean isToldLate(SidebandLost lost) {
    return switch (lost.getCause()) {
      case SERVER_RESTARTED, LOG_FULL -> true;
      default -> false;
    };
  }

  private void joining(int attempt) {
    if (phase != SidebandPhase.LOST) {
      phase = SidebandPhase.JOINING; // A lost one stays lost until it is back.
    }
    if (attempt == 1) {
      joinsUnheard++;
    }
  }

  SidebandPhase phase() {
    return phase;
  }

  boolean isLost() {
    return phase == SidebandPhase.LOST;
  }

  /** The loss that it has not come back from; empty if it is not lost. */
  Optional<SidebandLost> loss() {
    return isLost() ? Optional.of(latestLoss) : Optional.empty();
  }

  /** Whether the current call was ever joined. */
  boolean wasJoined() {
    return joined;
  }

  /** Whether the current call's sideband was ever lost: its startup is over then. */
  boolean wasLost() {
    return everLost;
  }

  /** What is known of the time since it was lost. */
  SidebandRejoined.Builder gap() {
    return SidebandRejoined.newBuilder()
        .setLostAt(lostAt)
        .setLastProviderEventId(lastProviderEventId)
        .setItemsUnknown(true);
  }

  /** The latest one, tried or joined. */
  int attachment() {
    return attachment;
  }

  /**
   * How many attachments were begun since the provider was last heard to say more than an error.
   */
  int joinsUnheard() {
    return joinsUnheard;
  }

  SidebandCheckpoint checkpoint() {
    return SidebandCheckpoint.newBuilder()
        .setPhase(phase)
        .setLostAt(lostAt)
        .setLastProviderEventId(lastProviderEventId)
        .setAttachment(attachment)
        .setJoined(joined)
        .setEverLost(everLost)
        .setJoinsUnheard(joinsUnheard)
        .setLatestLoss(latestLoss)
        .build();
  }

  void restore(SidebandCheckpoint from) {
    phase = from.getPhase();
    lostAt = from.getLostAt();
    lastProviderEventId = from.getLastProviderEventId();
    attachment = from.getAttachment();
    joined = from.getJoined();
    everLost = from.getEverLost();
    joinsUnheard = from.getJoinsUnheard();
    latestLoss = from.getLatestLoss();
  }
}
