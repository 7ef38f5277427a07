import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema, RetryInfoSchema } from "../gen/google/rpc/error_details_pb";

/** Statuses that the same request will meet again. */
const FINAL: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.AlreadyExists,
  Code.PermissionDenied,
  Code.FailedPrecondition,
  Code.OutOfRange,
  Code.Unimplemented,
  Code.Unauthenticated,
]);

/** Reasons with which the server does not know it either. */
const UNSETTLED: ReadonlySet<string> = new Set(["LOG_UNAVAILABLE", "SERVER_FAULT"]);

/** A bridge answers every call in gRPC: this is something on the way to it, which does not find it at the moment. */
const NOT_FOUND = "HTTP 404";

/** Every way a server, or the way to it, says no. */
export class SidebandError extends Error {
  override readonly name = "SidebandError";

  constructor(
    message: string,
    /** A name of `ErrorCode` in error.proto; empty when it was not Sideband that refused. */
    readonly reason: string,
    readonly status: Code,
    /** How long to wait before asking again, in milliseconds; 0 when nobody said. */
    readonly retryAfterMs: number,
    cause?: unknown,
  ) {
    super(message, { cause });
  }

  /** Whether the same request, asked again, may succeed. */
  get mayPass(): boolean {
    return !FINAL.has(this.status);
  }

  /** Whether nothing came of the request. Else it may have been taken, and its answer lost. */
  get isOutcomeKnown(): boolean {
    return !this.mayPass || (this.reason !== "" && !UNSETTLED.has(this.reason));
  }

  get isUnauthenticated(): boolean {
    return this.status === Code.Unauthenticated;
  }

  /** The bridge refused it: it knows no reasons of Sideband's. */
  get isOfBridge(): boolean {
    return this.status === Code.PermissionDenied && this.reason === "";
  }

  get isCancelled(): boolean {
    return this.status === Code.Canceled;
  }
}

/** Makes a {@link SidebandError} of whatever an RPC threw. */
export function failureOf(thrown: unknown): SidebandError {
  if (thrown instanceof SidebandError) {
    return thrown;
  }
  const error = ConnectError.from(thrown);
  const info = error.findDetails(ErrorInfoSchema).find((detail) => detail.domain === "sideband");
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  const unreachable = !info && (error.cause instanceof TypeError || error.rawMessage === NOT_FOUND);
  return new SidebandError(
    unreachable ? "the server cannot be reached" : error.rawMessage,
    info?.reason ?? "",
    unreachable ? Code.Unavailable : error.code,
    delay ? Number(delay.seconds) * 1000 + delay.nanos / 1e6 : 0,
    thrown,
  );
}

/**
 * Makes a {@link SidebandError} of whatever was thrown while a call was made. What a browser throws is told by its name
 * alone: its message may hold a line of the call's SDP.
 */
export function callFailureOf(thrown: unknown): SidebandError {
  if (thrown instanceof SidebandError) {
    return thrown;
  }
  const name = thrown instanceof Error ? thrown.name : "Error";
  return new SidebandError(`this browser could not make the call (${name})`, "", Code.Internal, 0, thrown);
}
