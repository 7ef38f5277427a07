package dev.sideband.server.session;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.provider.FakeSideband;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import dev.sideband.v1.SendResponse;
import java.util.List;

/** A conversation of a {@link SessionWorld}, and the sideband that it has now. */
record Live(SessionWorld world, ConversationId id, FakeSideband sideband) {

  void hears(String type, RealtimeEvent.Builder... events) {
    sideband.emit(type, events);
    world.settle();
  }

  /** It with the sideband that the next join opens, which the provider confirms nothing on yet. */
  Live rejoined() {
    Live again = new Live(world, id, world.provider.nextSideband());
    again.sideband.open();
    world.settle();
    return again;
  }

  SendResponse sends(Input input) {
    return SessionWorld.get(world.send(id, input));
  }

  RealtimeEvent only(PayloadCase payload) {
    return world.only(id, payload);
  }

  List<PayloadCase> story() {
    return world.story(id);
  }

  /** The story after ConversationStarted, CallCreated and the milestones up to now. */
  List<PayloadCase> storyAfter(long sequence) {
    List<PayloadCase> story = story();
    return story.subList((int) sequence, story.size());
  }
}
