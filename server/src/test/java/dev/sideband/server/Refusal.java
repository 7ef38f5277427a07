package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.sideband.v1.ErrorCode;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Optional;

/**
 * What a caller is told when it is refused.
 *
 * @param retryAfter as its RetryInfo says, if there is one
 */
record Refusal(Status.Code status, ErrorCode code, Optional<Duration> retryAfter) {

  /** Of a failed RPC. */
  static Refusal of(Throwable failure) {
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    if (status == null) {
      throw new AssertionError("no status in the failure", failure);
    }
    return of(status);
  }

  /** Of a receipt. */
  static Refusal of(com.google.rpc.Status status) {
    Optional<ErrorInfo> info = Optional.empty();
    Optional<Duration> retry = Optional.empty();
    try {
      for (Any detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          info = Optional.of(detail.unpack(ErrorInfo.class));
        } else if (detail.is(RetryInfo.class)) {
          var delay = detail.unpack(RetryInfo.class).getRetryDelay();
          retry = Optional.of(Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    assertThat(info).as("ErrorInfo in %s", status).isPresent();
    assertThat(info.orElseThrow().getDomain()).isEqualTo("sideband");
    return new Refusal(
        Status.fromCodeValue(status.getCode()).getCode(),
        ErrorCode.valueOf(info.orElseThrow().getReason()),
        retry);
  }
}
