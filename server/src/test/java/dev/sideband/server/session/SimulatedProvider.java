package dev.sideband.server.session;

import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.FakeProvider;
import dev.sideband.server.provider.FakeSideband;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.FunctionCallItem;
import dev.sideband.v1.Item;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * What a provider would do with the commands that a {@link FakeProvider}'s sidebands were given:
 * later, some of them, and without a word when the sideband is gone by then.
 */
final class SimulatedProvider {
  private final FakeProvider fake;
  private final Random random;
  private final Map<FakeSideband, Integer> done = new HashMap<>();
  private final Set<FakeSideband> opened = new HashSet<>();
  private final Map<CallId, SequencedItems> items = new HashMap<>();
  private int functionCalls;
  private final Map<String, Integer> arrivals = new HashMap<>();

  SimulatedProvider(FakeProvider fake, Random random) {
    this.fake = fake;
    this.random = random;
  }

  List<FakeSideband> alive() {
    return fake.sidebands().stream().filter(sideband -> !sideband.isClosed()).toList();
  }

  List<FakeSideband> joined() {
    return alive().stream().filter(opened::contains).toList();
  }

  /** Every sideband that ever was open. */
  Set<FakeSideband> opened() {
    return opened;
  }

  void open(FakeSideband sideband) {
    if (!sideband.isClosed() && opened.add(sideband)) {
      sideband.open();
    }
  }

  /** Ends a sideband; some of what was under way arrives all the same. */
  void lose(FakeSideband sideband) {
    if (opened.contains(sideband)) {
      arrive(sideband, random.nextInt(4), false);
      sideband.lose(Cause.RESET, 0);
    } else {
      Cause refusal = random.nextInt(4) == 0 ? Cause.UNAUTHORIZED : Cause.NOT_FOUND;
      sideband.refuse(refusal, 404);
    }
  }

  /** The server's process dies. */
  void loseAll() {
    for (FakeSideband sideband : alive()) {
      arrive(sideband, random.nextInt(4), false);
      sideband.close();
    }
  }

  /** Does the next few commands of a sideband, and says so. */
  void work(FakeSideband sideband, int most) {
    arrive(sideband, most, true);
  }

  /**
   * Opens what is being joined, and does all that it is told.
   *
   * @return false if there was nothing
   */
  boolean workAll() {
    boolean worked = false;
    for (FakeSideband sideband : alive()) {
      worked |= !opened.contains(sideband);
      open(sideband);
      worked |= sideband.commands().size() > done.getOrDefault(sideband, 0);
      arrive(sideband, Integer.MAX_VALUE, true);
    }
    return worked;
  }

  private void arrive(FakeSideband sideband, int most, boolean tell) {
    List<ProviderCommand> commands = new ArrayList<>(sideband.commands());
    int from = done.getOrDefault(sideband, 0);
    int to = (int) Math.min((long) from + most, commands.size());
    done.put(sideband, to);
    for (ProviderCommand command : commands.subList(from, to)) {
      take(sideband, command, tell);
    }
  }

  private void take(FakeSideband sideband, ProviderCommand command, boolean tell) {
    if (command instanceof ProviderCommand.UpdateSession) {
      say(sideband, tell, "session.updated", Fates.configured());
    } else if (command instanceof ProviderCommand.CreateItem create) {
      create(sideband, create, tell);
    } else if (command instanceof ProviderCommand.RetrieveItem retrieve) {
      retrieve(sideband, retrieve, tell);
    } else if (command instanceof ProviderCommand.DeleteItem delete) {
      delete(sideband, delete, tell);
    } else if (command instanceof ProviderCommand.CreateResponse create) {
      count(create.eventId());
      say(sideband, tell, "response.created", Fates.started("resp"));
      say(sideband, tell, "response.done", Fates.completed("resp"));
    } else if (command instanceof ProviderCommand.RawJson raw) {
      count(raw.eventId());
    } else {
      throw new AssertionError("no history sends " + command);
    }
  }

  private void create(FakeSideband sideband, ProviderCommand.CreateItem create, boolean tell) {
    Item item = create.item();
    SequencedItems there = items(sideband.call().orElseThrow());
    if (there.has(item.getId())) {
      refuse(sideband, tell, ErrorCode.ITEM_DUPLICATE, create.eventId(), item.getId());
    } else {
      String last = there.add(item);
      say(sideband, tell, "conversation.item.added", Fates.added(item, last));
      say(sideband, tell, "conversation.item.done", Fates.completed(item));
    }
  }

  private void retrieve(FakeSideband sideband, ProviderCommand.RetrieveItem asked, boolean tell) {
    SequencedItems there = items(sideband.call().orElseThrow());
    if (there.has(asked.itemId())) {
      Item item = there.get(asked.itemId());
      say(sideband, tell, "conversation.item.retrieved", Fates.retrieved(item));
    } else {
      refuse(sideband, tell, ErrorCode.ITEM_UNKNOWN, asked.eventId(), asked.itemId());
    }
  }

  private void delete(FakeSideband sideband, ProviderCommand.DeleteItem asked, boolean tell) {
    SequencedItems there = items(sideband.call().orElseThrow());
    if (there.has(asked.itemId())) {
      there.remove(asked.itemId());
      say(sideband, tell, "conversation.item.deleted", Fates.deleted(asked.itemId()));
    } else {
      refuse(sideband, tell, ErrorCode.ITEM_UNKNOWN, asked.eventId(), asked.itemId());
    }
  }

  /** The model calls a function: who is joined hears it, if that sideband lives for long enough. */
  void callFunction(CallId call) {
    Item item =
        Item.newBuilder()
            .setId("fc_" + ++functionCalls)
            .setStatus("completed")
            .setFunctionCall(
                FunctionCallItem.newBuilder().setToolCallId("call_" + functionCalls).setName("go"))
            .build();
    String last = items(call).add(item);
    for (FakeSideband sideband : joined()) {
      if (sideband.call().orElseThrow().equals(call)) {
        sideband.emit("conversation.item.added", Fates.added(item, last));
        sideband.emit(
            "conversation.item.done", Fates.completed(item), Fates.toolCalled(item, false));
      }
    }
  }

  /** OpenAI does not always say which of our commands it refuses. */
  private void refuse(
      FakeSideband sideband, boolean tell, ErrorCode code, String eventId, String itemId) {
    if (tell) {
      boolean echoes = code != ErrorCode.ITEM_UNKNOWN || random.nextBoolean();
      sideband.emitError(
          ErrorOccurred.newBuilder().setSeverity(Severity.RECOVERABLE).setCode(code).build(),
          echoes ? eventId : "",
          itemId);
    }
  }

  private static void say(
      FakeSideband sideband, boolean tell, String type, RealtimeEvent.Builder event) {
    if (tell) {
      sideband.emit(type, event);
    }
  }

  private void count(String inputId) {
    arrivals.merge(inputId, 1, Integer::sum);
  }

  /** What is in a call's conversation. */
  SequencedItems items(CallId call) {
    return items.computeIfAbsent(call, unknown -> new SequencedItems());
  }

  /** Whether an item is in a call's conversation; it never is there twice. */
  boolean hasItem(CallId call, String itemId) {
    return items(call).has(itemId);
  }

  /** How often a command arrived that makes no item, by the input that it carries the id of. */
  int arrivals(String inputId) {
    return arrivals.getOrDefault(inputId, 0);
  }
}
