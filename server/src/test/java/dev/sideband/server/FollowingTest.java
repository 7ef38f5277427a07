package dev.sideband.server;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.RESPONSE_COMPLETED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.ConversationSummary;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.SubscribeRequest;
import dev.sideband.v1.TransportKind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told to whom, in what order, and how fast. */
class FollowingTest {
  private static final int MOST_BYTES = 64 * 1024;

  private final RunningServer server;
  private final Caller caller;

  FollowingTest(@TempDir Path folder) {
    server = RunningServer.open(folder);
    caller = server.caller();
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** A conversation with a reply of so many words. */
  private String longTalk(int words) {
    String id = caller.start().getConversationId();
    Listening<?> following = caller.follow(id);
    caller.send(id, Requests.asking("!long " + words));
    following.await(RESPONSE_COMPLETED);
    following.cancel();
    return id;
  }

  private String ended(int words) {
    String id = longTalk(words);
    caller.stop(id);
    caller.storyToTheEnd(id);
    return id;
  }

  @Test
  void shouldTellExactlyTheRestWhenResumedInTheMiddle() {
    String id = ended(60);
    List<RealtimeEvent> story = caller.story(id);
    Stories.requireEnded(story, EndReason.REQUESTED);
    for (int after = 0; after <= story.size(); after += 7) {
      assertThat(caller.rest(id, after)).isEqualTo(story.subList(after, story.size()));
    }
    assertThat(Caller.refused(() -> caller.rest(id, story.size() + 1)).code())
        .isEqualTo(ErrorCode.SEQUENCE_OUT_OF_RANGE);
  }

  @Test
  void shouldTellTwoFollowersTheSameWhenTheyComeAtDifferentTimes() {
    String id = caller.start().getConversationId();
    Listening<?> early = caller.follow(id);
    caller.send(id, Requests.asking("!long 40"));
    early.await(RESPONSE_COMPLETED);
    Listening<?> late = server.caller().follow(id);
    caller.send(id, Requests.asking("!long 40"));
    late.await(RESPONSE_COMPLETED);
    caller.stop(id);

    List<RealtimeEvent> story = early.awaitEnd();
    assertThat(late.awaitEnd()).isEqualTo(story);
    assertThat(caller.story(id)).isEqualTo(story);
    Stories.requireEnded(story, EndReason.REQUESTED);
  }

  @Test
  void shouldSlowNobodyWhenOneFollowerNeverReads() {
    String id = caller.start().getConversationId();
    Listening<SubscribeRequest> stalled = Listening.stalled();
    server.caller().subscribe(Caller.to(id).setFollow(true), stalled);
    Listening<?> reading = caller.follow(id);
    for (int i = 0; i < 3; i++) {
      caller.send(id, Requests.text("x".repeat(60_000)));
    }
    caller.send(id, Requests.asking("!long 300"));
    reading.await(RESPONSE_COMPLETED);
    caller.stop(id);

    List<RealtimeEvent> story = reading.awaitEnd();
    assertThat(stalled.messages()).isEmpty();

    stalled.read(1_000_000);
    assertThat(stalled.awaitEnd()).isEqualTo(story);
  }

  @Test
  void shouldKeepMessagesSmallWhenThereIsMuchToTell() {
    String id = caller.start().getConversationId();
    for (int i = 0; i < 4; i++) {
      caller.send(id, Requests.text("x".repeat(40_000)));
    }
    caller.send(id, Requests.text("y".repeat(65_536)));
    caller.send(id, Requests.asking("!long 300"));
    caller.follow(id).await(RESPONSE_COMPLETED);
    caller.stop(id);
    Listening<?> following = caller.follow(id);
    following.awaitEnd();

    assertThat(following.messages())
        .allMatch(
            message -> message.getSerializedSize() <= MOST_BYTES || message.getEventsCount() == 1);
    assertThat(following.messages())
        .anyMatch(message -> message.getSerializedSize() > MOST_BYTES)
        .anyMatch(message -> message.getEventsCount() > 1);
  }

  @Test
  void shouldResumeAllConversationsWhenGivenACursor() {
    Listening<SubscribeRequest> all =
        caller.subscribe(Caller.toAll(ByteString.EMPTY).setFollow(true)).awaitCaughtUp();
    String first = ended(5);
    String second = ended(5);
    all.await(event -> event.getConversationId().equals(second) && event.hasConversationEnded());
    List<RealtimeEvents> messages = all.messages();
    all.cancel();

    for (int at = 0; at < messages.size(); at += Math.max(1, messages.size() / 5)) {
      List<RealtimeEvent> rest =
          messages.subList(at + 1, messages.size()).stream()
              .flatMap(message -> message.getEventsList().stream())
              .toList();
      assertThat(messages.get(at).getCursor()).isNotEmpty();
      assertThat(caller.subscribe(Caller.toAll(messages.get(at).getCursor())).awaitEnd())
          .isEqualTo(rest);
    }
    assertThat(all.events())
        .filteredOn(event -> event.getConversationId().equals(first))
        .isEqualTo(caller.story(first));
  }

  @Test
  void shouldTellWhatAConversationIsWhenAsked() {
    String ended = ended(3);
    String live = longTalk(3);

    ConversationState past = caller.get(ended);
    assertThat(past.getPhase()).isEqualTo(ConversationState.Phase.ENDED);
    assertThat(past.getEndReason()).isEqualTo(EndReason.REQUESTED);
    assertThat(past.getSequence()).isEqualTo(caller.story(ended).size());
    assertThat(past.getTranscriptList())
        .anyMatch(line -> line.getText().equals("word1 word2 word3"));
    assertThat(past.getUsage().getOutputTokens()).isPositive();
    assertThat(caller.get(live).getPhase()).isEqualTo(ConversationState.Phase.LIVE);
    assertThat(caller.list())
        .extracting(ConversationSummary::getConversationId)
        .containsExactly(live, ended);
    assertThat(caller.list()).extracting(ConversationSummary::getLive).containsExactly(true, false);
    assertThat(caller.list().get(0).getTransport()).isEqualTo(TransportKind.WEB_RTC);
    assertThat(caller.voices().getDialectsList())
        .singleElement()
        .satisfies(
            dialect -> assertThat(dialect.getVoicesList()).contains(dialect.getDefaultVoice()));
    assertThat(Caller.refused(() -> caller.get("01890000-0000-7000-8000-000000000000")).code())
        .isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);
  }
}
