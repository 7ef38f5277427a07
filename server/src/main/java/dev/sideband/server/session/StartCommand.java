package dev.sideband.server.session;

import com.google.protobuf.ByteString;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import io.opentelemetry.context.Context;

/**
 * A Start on its way to its coordinator.
 *
 * @param options the request's, defaults filled in
 * @param fingerprint of the request; equal requests have equal ones
 * @param trace the caller's
 * @param waiter for the answer
 */
record StartCommand(
    Principal principal,
    StartRequest request,
    SessionOptions options,
    ByteString fingerprint,
    Context trace,
    AnswerWaiter<StartResponse> waiter) {}
