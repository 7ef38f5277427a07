package dev.sideband.cli.server;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loopback's own routes: what calls it holds, what it was told, and how it should misbehave.
 *
 * <p><b>Threads.</b> Any; every method waits for its answer.
 */
public final class LoopbackControl {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  private final URI base;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Of the loopback with this base URI. */
  public LoopbackControl(URI base) {
    this.base = base;
  }

  /**
   * A call as the provider sees it.
   *
   * @param transport "webrtc", with a peer, or "none"
   * @param end "live", or why it is over
   * @param sidebands how many are connected now
   * @param joins how many ever were
   * @param frames 10 ms frames of the user's audio that arrived
   */
  public record Call(
      String id, String transport, String end, int sidebands, long joins, long frames) {
    public boolean isLive() {
      return end.equals("live");
    }
  }

  /**
   * One client event that arrived.
   *
   * @param refusal the code it was refused with; "" if it was done
   */
  public record Statement(
      String call, String type, String eventId, String itemId, String refusal) {}

  /** Every call, those that are over too, in the order of their end, then of their creation. */
  public List<Call> calls() {
    JsonObject report = ask("GET", "/loopback/calls?inputs=false", BodyPublishers.noBody());
    List<Call> calls = new ArrayList<>();
    for (JsonElement each : report.getAsJsonArray("calls")) {
      JsonObject call = each.getAsJsonObject();
      calls.add(
          new Call(
              call.get("id").getAsString(),
              call.get("transport").getAsString(),
              call.get("end").getAsString(),
              call.get("sidebands").getAsInt(),
              call.get("joins").getAsLong(),
              call.get("frames_received").getAsLong()));
    }
    return calls;
  }

  /** What its witness wrote down, in order. */
  public List<Statement> statements() {
    List<Statement> all = new ArrayList<>();
    for (int known = -1; known < all.size(); ) {
      known = all.size();
      for (JsonElement each : witness(known).getAsJsonArray("statements")) {
        JsonObject told = each.getAsJsonObject();
        all.add(
            new Statement(
                told.get("call").getAsString(),
                told.get("type").getAsString(),
                told.get("event_id").getAsString(),
                told.get("item_id").getAsString(),
                told.get("refusal").getAsString()));
      }
    }
    return all;
  }

  /** How many client events its witness had no room for. */
  public long missed() {
    return witness(0).get("missed").getAsLong();
  }

  private JsonObject witness(int after) {
    return ask("GET", "/loopback/witness?after=" + after, BodyPublishers.noBody());
  }

  /** Breaks so many sidebands, the oldest first. */
  public void drop(int count) {
    fault("{\"drop\":{\"count\":" + count + "}}");
  }

  /** Closes every sideband with a code. */
  public void close(int code) {
    fault("{\"close\":{\"code\":" + code + "}}");
  }

  /** Stops reading and writing on every sideband, or begins again. */
  public void stall(boolean stall) {
    fault("{\"stall\":" + stall + "}");
  }

  /** Refuses the next joins with a status. */
  public void refuseJoins(int count, int status) {
    fault("{\"refuse_joins\":{\"count\":" + count + ",\"status\":" + status + "}}");
  }

  /** Disarms every fault, and ends a stall. */
  public void behave() {
    ask("DELETE", "/loopback/faults", BodyPublishers.noBody());
  }

  private void fault(String json) {
    ask("POST", "/loopback/faults", BodyPublishers.ofString(json));
  }

  private JsonObject ask(String method, String path, BodyPublisher body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Authorization", "Bearer sideband")
            .timeout(ANSWER_WITHIN)
            .method(method, body)
            .build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() == 200) {
        return JsonParser.parseString(answer.body()).getAsJsonObject();
      }
      throw broken("it answered " + answer.statusCode(), null);
    } catch (IOException | JsonParseException | IllegalStateException e) {
      throw broken(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCode.INTERRUPTED, e, "interrupted");
    }
  }

  private CliException broken(String why, @Nullable Throwable cause) {
    return new CliException(ExitCode.FAILED, cause, "the loopback at " + base + " failed: " + why);
  }
}
