package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;

/**
 * The calls over HTTP: created, hung up, and keys for creating them.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class CallRoutes {
  private static final long LEAST_SECONDS = 10;
  private static final long MOST_SECONDS = 7_200;
  private static final long USUAL_SECONDS = 600;
  private static final String CALLS = "/v1/realtime/calls/";

  private final OwnerLoop loop;
  private final LoopbackConfig config;
  private final CallTable calls;
  private final Keys keys;
  private final LoopbackFaults faults;

  CallRoutes(
      OwnerLoop loop, LoopbackConfig config, CallTable calls, Keys keys, LoopbackFaults faults) {
    this.loop = loop;
    this.config = config;
    this.calls = calls;
    this.keys = keys;
    this.faults = faults;
  }

  void create(HttpExchange exchange) {
    Optional<LoopbackFaults.RefusedCreate> refused = faults.takeRefusedCreate();
    if (refused.isPresent()) {
      refuse(exchange, refused.get());
      return;
    }
    Duration delay = config.delays().create().plus(faults.takeCreateDelay().orElse(Duration.ZERO));
    CreateForm.read(exchange)
        .onSuccess(
            form -> {
              if (delay.isZero()) {
                create(exchange, form);
              } else {
                loop.after(delay, () -> create(exchange, form));
              }
            })
        .onFailure(
            broken ->
                exchange.refuse(
                    400, new Refusal("invalid_body", "The form could not be read.", "")));
  }

  private static void refuse(HttpExchange exchange, LoopbackFaults.RefusedCreate refused) {
    if (refused.status() == 429 || refused.status() == 503) {
      exchange.putHeader("retry-after", "1");
    }
    exchange.refuse(
        refused.status(), new Refusal(refused.code(), "The loopback was told to refuse.", ""));
  }

  private void create(HttpExchange exchange, CreateForm form) {
    Optional<ObjectNode> session = form.sessionObject();
    if (form.offer().isBlank() || session.isEmpty()) {
      exchange.refuse(400, Refusal.missing(session.isEmpty() ? "session" : "sdp"));
      return;
    }
    if (calls.isFull()) {
      String message = "Rate limit reached for live sessions.";
      exchange.refuse(429, new Refusal("rate_limit_exceeded", message, ""));
      return;
    }
    LoopbackCall call = calls.createCall(form.offer());
    Optional<Refusal> refusal =
        keys.find(Keys.keyOf(exchange))
            .flatMap(secret -> call.configure(secret.session()))
            .or(() -> call.configure(session.get()));
    if (refusal.isPresent()) {
      call.end(LoopbackCall.End.NOT_CREATED);
      exchange.refuse(400, refusal.get());
      return;
    }
    answer(exchange, call, form.offer());
  }

  private void answer(HttpExchange exchange, LoopbackCall call, String offer) {
    call.answer(offer)
        .onSuccess(
            answer -> {
              location(call).ifPresent(location -> exchange.putHeader("Location", location));
              exchange.answer(201, "application/sdp", answer);
            })
        .onFailure(
            unusable ->
                exchange.refuse(
                    400, new Refusal("invalid_offer", "The SDP offer could not be used.", "sdp")));
  }

  private Optional<String> location(LoopbackCall call) {
    Optional<LoopbackFaults.Location> broken = faults.takeLocation();
    if (broken.isEmpty()) {
      return Optional.of(CALLS + call.id());
    }
    return broken.get() == LoopbackFaults.Location.MISSING
        ? Optional.empty()
        : Optional.of("https://elsewhere.invalid/v1/conversations");
  }

  void hangUp(HttpExchange exchange, String id) {
    Optional<LoopbackCall> call = calls.find(id);
    if (call.isEmpty()) {
      exchange.refuse(404, new Refusal("call_id_not_found", "No such call.", "call_id"));
      return;
    }
    call.get().end(LoopbackCall.End.HUNG_UP);
    exchange.answer(200, "application/json", "");
  }

  void issueSecret(HttpExchange exchange) {
    exchange
        .body()
        .onSuccess(
            body -> {
              Optional<ObjectNode> request =
                  body.isBlank() ? Optional.of(Json.object()) : Json.readObject(body);
              request.ifPresentOrElse(
                  object -> issueSecret(exchange, object),
                  () -> exchange.refuse(400, new Refusal("invalid_json", "Invalid JSON.", "")));
            });
  }

  private void issueSecret(HttpExchange exchange, ObjectNode request) {
    long seconds = request.at("/expires_after/seconds").asLong(USUAL_SECONDS);
    ObjectNode session =
        request.get("session") instanceof ObjectNode given
            ? given
            : Json.object().put("type", "realtime");
    long expiresAt = loop.unixSeconds() + config.limits().session().toSeconds();
    SessionSettings effective = SessionSettings.create(loop.ids().next("sess"), expiresAt);
    Optional<Refusal> refusal =
        seconds < LEAST_SECONDS || seconds > MOST_SECONDS
            ? Optional.of(
                Refusal.invalid("expires_after.seconds", Long.toString(seconds), "10 to 7200"))
            : effective.update(session, false);
    if (refusal.isPresent()) {
      exchange.refuse(400, refusal.get());
      return;
    }
    Keys.Secret secret = keys.issue(seconds, session);
    ObjectNode answer =
        Json.object().put("value", secret.value()).put("expires_at", secret.expiresAt());
    exchange.json(200, answer.set("session", effective.toJson()));
  }
}
