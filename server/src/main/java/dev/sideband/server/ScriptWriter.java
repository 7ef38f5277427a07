package dev.sideband.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.loopback.LoopbackScript;
import dev.sideband.server.session.CommandPlan;
import dev.sideband.server.session.Marker;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Input;
import dev.sideband.v1.InputAccepted;
import dev.sideband.v1.RealtimeEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes the calls of one recorded conversation as lines of a script: what the provider said, and
 * which command of ours each message answered.
 *
 * <p><b>Rules.</b> Commands are not in the log, but what became of them is.
 *
 * <ul>
 *   <li>The first confirmation of a session answers {@code session.update}; that of a rejoin is
 *       left out, and so is what was asked to repair the gap, since whoever hears the script need
 *       not lose a sideband.
 *   <li>A message that settles an input answers that input's command: the event after its own says
 *       InputAcknowledged or InputRejected, or its ErrorOccurred names the input.
 *   <li>An initial item answers {@code conversation.item.create}.
 *   <li>A response answers {@code response.create} if an input that asks for one was sent since the
 *       response before.
 *   <li>All else the provider said by itself.
 * </ul>
 *
 * <p><b>Threads.</b> One; events in order.
 */
final class ScriptWriter {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String INITIAL_ITEM = "initial-";

  private final Speed speed;
  private final Map<String, Input> inputs = new HashMap<>();
  private final SortedMap<Integer, Call> calls = new TreeMap<>();
  private Call current = new Call();
  private boolean asked;
  private boolean repairing;

  /** Whether what comes next may say that the last message settled an input. */
  private boolean unsettled;

  /** One of the conversation's calls: a renewal makes another. */
  private static final class Call {
    private final List<LoopbackScript.Line> lines = new ArrayList<>();
    private Timestamp lastTime = Timestamp.getDefaultInstance();
    private boolean configured;
  }

  ScriptWriter(Speed speed) {
    this.speed = speed;
  }

  /**
   * Takes the next event.
   *
   * @param json the message that it was made from, or "" if there was none, or another has it
   */
  void take(RealtimeEvent event, String json) {
    boolean said = isObject(json);
    if (said) {
      say(event, json);
    }
    switch (event.getPayloadCase()) {
      case INPUT_ACCEPTED -> {
        unsettled = false;
        accepted(event.getInputAccepted());
      }
      case INPUT_SENT -> {
        unsettled = false;
        asked |= asks(event.getInputSent().getInputId());
      }
      case INPUT_ACKNOWLEDGED -> settles(event.getInputAcknowledged().getInputId());
      case INPUT_REJECTED -> settles(event.getInputRejected().getInputId());
      case ERROR_OCCURRED -> {
        unsettled &= said; // Else it is no answer, but a failure of ours.
        settles(event.getErrorOccurred().getInputId());
        // The response that was refused is asked for again.
        asked |= event.getErrorOccurred().getCode() == ErrorCode.RESPONSE_ACTIVE;
      }
      case SIDEBAND_REJOINED -> repairing = event.getSidebandRejoined().getWillRepair();
      case GAP_REPAIRED -> repairing = false;
      case SIDEBAND_LOST, CONVERSATION_ENDING -> unsettled = false;
      default -> {}
    }
  }

  private void accepted(InputAccepted accepted) {
    switch (accepted.getInput().getKindCase()) {
      case AUDIO, CLIENT_MILESTONE, KIND_NOT_SET -> {}
      default -> inputs.put(accepted.getInputId(), accepted.getInput());
    }
  }

  private static boolean isObject(String json) {
    try {
      return !json.isEmpty() && MAPPER.readTree(json).isObject();
    } catch (JsonProcessingException e) {
      return false; // It was too long to be kept whole.
    }
  }

  private void say(RealtimeEvent event, String json) {
    unsettled = !event.hasSessionConfigured();
    current = calls.computeIfAbsent(event.getCall(), first -> new Call());
    if ((event.hasSessionConfigured() && current.configured) || isRepair(event)) {
      return;
    }
    Duration after =
        current.lines.isEmpty()
            ? Duration.ZERO
            : Duration.ofNanos(
                Timestamps.toNanos(event.getTime()) - Timestamps.toNanos(current.lastTime));
    current.lastTime = event.getTime();
    current.lines.add(new LoopbackScript.Line(speed.scaled(after), json, awaits(event), ""));
  }

  private boolean isRepair(RealtimeEvent event) {
    return switch (event.getPayloadCase()) {
      case ITEM_ADDED -> Marker.isOne(event.getItemAdded().getItem().getId());
      case ITEM_COMPLETED -> Marker.isOne(event.getItemCompleted().getItem().getId());
      case ITEM_DELETED -> Marker.isOne(event.getItemDeleted().getItemId());
      case ITEM_RETRIEVED -> repairing;
      default -> false;
    };
  }

  private String awaits(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case SESSION_CONFIGURED -> {
        current.configured = true;
        return "session.update";
      }
      case ITEM_ADDED -> {
        boolean initial = event.getItemAdded().getItem().getId().startsWith(INITIAL_ITEM);
        return initial ? "conversation.item.create" : "";
      }
      case RESPONSE_STARTED -> {
        boolean ours = asked;
        asked = false;
        return ours ? "response.create" : "";
      }
      default -> {
        return "";
      }
    }
  }

  private boolean asks(String inputId) {
    Optional<CommandPlan> plan = plan(inputId);
    return plan.flatMap(CommandPlan::response).isPresent()
        || plan.flatMap(CommandPlan::command)
            .filter(command -> type(command).equals("response.create"))
            .isPresent();
  }

  /** The message before answers this input's command. */
  private void settles(String inputId) {
    Optional<CommandPlan> plan = plan(inputId);
    inputs.remove(inputId);
    if (plan.isEmpty() || !unsettled) {
      return;
    }
    unsettled = false;
    String awaits = plan.get().command().map(ScriptWriter::type).orElse("response.create");
    int last = current.lines.size() - 1;
    LoopbackScript.Line line = current.lines.get(last);
    current.lines.set(last, new LoopbackScript.Line(line.after(), line.json(), awaits, inputId));
  }

  private Optional<CommandPlan> plan(String inputId) {
    return Optional.ofNullable(inputs.get(inputId)).map(input -> CommandPlan.of(inputId, input));
  }

  /**
   * The word of the provider's protocol. A chain, because Java 17 cannot switch over a sealed type.
   */
  private static String type(ProviderCommand command) {
    if (command instanceof ProviderCommand.CreateItem) {
      return "conversation.item.create";
    } else if (command instanceof ProviderCommand.UpdateSession) {
      return "session.update";
    } else if (command instanceof ProviderCommand.CancelResponse) {
      return "response.cancel";
    } else if (command instanceof ProviderCommand.TruncateItem) {
      return "conversation.item.truncate";
    } else if (command instanceof ProviderCommand.DeleteItem) {
      return "conversation.item.delete";
    } else if (command instanceof ProviderCommand.ClearInputAudio) {
      return "input_audio_buffer.clear";
    } else if (command instanceof ProviderCommand.ClearOutputAudio) {
      return "output_audio_buffer.clear";
    } else if (command instanceof ProviderCommand.RawJson raw) {
      return rawType(raw.json());
    }
    throw new IllegalArgumentException("command: " + command.getClass().getSimpleName());
  }

  private static String rawType(String json) {
    try {
      JsonNode read = MAPPER.readTree(json);
      return read.path("type").asText();
    } catch (JsonProcessingException e) {
      return "";
    }
  }

  /** The conversation's calls in which the provider said something, in their order. */
  List<List<LoopbackScript.Line>> calls() {
    return calls.values().stream()
        .map(call -> List.copyOf(call.lines))
        .filter(lines -> !lines.isEmpty())
        .toList();
  }
}
