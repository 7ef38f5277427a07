package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sideband.v1.ConversationSummary;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.RealtimeEvent;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two principals on one server, each with a token. */
class TokensTest {
  private static final String ALICES = "alice-alice-alice-alice";
  private static final String BOBS = "bob-bob-bob-bob-bob-bob";
  private static final String WATCHERS = "watcher-watcher-watcher";

  private final RunningServer server;
  private final Caller alice;
  private final Caller bob;

  TokensTest(@TempDir Path folder) throws IOException {
    Path tokens = folder.resolve("tokens.yaml");
    Files.createFile(
        tokens, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        tokens,
        """
        tokens:
          - { token: %s, principal: alice }
          - { token: %s, principal: bob }
          - { token: %s, principal: watcher, roles: [observer] }
        """
            .formatted(ALICES, BOBS, WATCHERS));
    server = RunningServer.open(folder.resolve("data"), "grpc.tokens-file=" + tokens);
    alice = server.caller(Caller.bearing(ALICES));
    bob = server.caller(Caller.bearing(BOBS));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static void requireUnknown(Runnable call) {
    assertThat(Caller.refused(call).code()).isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);
  }

  @Test
  void shouldHideConversationsWhenTheyAreAnothers() {
    String hers = alice.start().getConversationId();
    String his = bob.start().getConversationId();

    requireUnknown(() -> bob.get(hers));
    requireUnknown(() -> bob.stop(hers));
    requireUnknown(() -> bob.send(hers, Requests.text("hello")));
    requireUnknown(() -> bob.story(hers));
    assertThat(bob.follow(hers).awaitRefusal().code()).isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);
    assertThat(bob.talk(hers).listening().awaitRefusal().code())
        .isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);

    assertThat(alice.list())
        .extracting(ConversationSummary::getConversationId)
        .containsExactly(hers);
    assertThat(bob.list()).extracting(ConversationSummary::getConversationId).containsExactly(his);
    assertThat(alice.get(hers).getConversationId()).isEqualTo(hers);
  }

  @Test
  void shouldTellOnesOwnAloneWhenAllAreFollowed() {
    Listening<?> all =
        bob.subscribe(Caller.toAll(ByteString.EMPTY).setFollow(true)).awaitCaughtUp();
    String hers = alice.start().getConversationId();
    alice.stop(hers);
    alice.storyToTheEnd(hers);
    String his = bob.start().getConversationId();
    bob.stop(his);

    all.await(RealtimeEvent::hasConversationEnded);
    assertThat(all.events()).extracting(RealtimeEvent::getConversationId).containsOnly(his);
  }

  @Test
  void shouldShowButNotLendWhenTheyObserve() {
    String hers = alice.start().getConversationId();
    Caller watcher = server.caller(Caller.bearing(WATCHERS));

    assertThat(watcher.list())
        .extracting(ConversationSummary::getConversationId)
        .containsExactly(hers);
    List<RealtimeEvent> story = watcher.story(hers);
    assertThat(story).isNotEmpty();
    requireUnknown(() -> watcher.stop(hers));
  }

  @Test
  void shouldRefuseWhenThereIsNoToken() {
    for (Caller stranger :
        List.of(server.caller(), server.caller(Caller.bearing("not-a-token-of-anyone")))) {
      Refusal refusal = Caller.refused(stranger::list);
      assertThat(refusal.status()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(refusal.code()).isEqualTo(ErrorCode.CREDENTIALS_INVALID);
    }
  }
}
