package dev.sideband.cli.server;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.security.cert.CertificateException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a failed RPC into what happened, where, and what to do. */
final class StatusTranslator {
  /** Codes that judge the moment, not the request; any other is an outcome that stands. */
  private static final Set<String> OF_THE_MOMENT =
      Set.of(
          "INBOX_FULL",
          "SERVER_BUSY",
          "SERVER_GOING_AWAY",
          "LOG_UNAVAILABLE",
          "SERVER_FAULT",
          "RENEWAL_UNDER_WAY");

  /** The same of what has no code: it came from gRPC, not from Sideband. */
  private static final Set<Status.Code> UNDECIDED =
      EnumSet.of(
          Status.Code.UNAVAILABLE,
          Status.Code.RESOURCE_EXHAUSTED,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.CANCELLED,
          Status.Code.ABORTED,
          Status.Code.INTERNAL,
          Status.Code.UNKNOWN);

  private static final Map<String, String> ADVICE =
      Map.ofEntries(
          Map.entry("CONVERSATION_NOT_FOUND", "see what there is:  ./sideband list"),
          Map.entry("CONVERSATION_ENDED", "start another:  ./sideband talk"),
          Map.entry("VOICE_UNSUPPORTED", "see the voices:  ./sideband voices"),
          Map.entry(
              "SEQUENCE_OUT_OF_RANGE", "give --after a sequence that exists, or leave it out"),
          Map.entry("ROLE_MISSING", "ask the operator for a token with that role"),
          Map.entry("SERVER_BUSY", "try again in a moment"),
          Map.entry(
              "INBOX_FULL", "wait until the provider has taken what was sent, then try again"),
          Map.entry("MILESTONES_FULL", "report no more milestones; the conversation goes on"),
          Map.entry("REQUEST_TOO_LARGE", "split it into shorter ones"),
          Map.entry("RENEWAL_UNDER_WAY", "wait until it is renewed, then try again"),
          Map.entry("RENEWAL_NOT_ON_THIS_TRANSPORT", "start another:  ./sideband talk"),
          Map.entry("SERVER_GOING_AWAY", "the server is shutting down; try again when it is back"),
          Map.entry("LOG_UNAVAILABLE", "look at the server's log and its disk, then try again"),
          Map.entry("SERVER_FAULT", "the server's log has the details"),
          Map.entry(
              "REPLAY_IS_READ_ONLY", "a replay is for watching; run a server:  ./sideband serve"),
          Map.entry("PROVIDER_UNREACHABLE", "check the provider's address and the network"),
          Map.entry("PROVIDER_AUTH", "check the API key that the server was given"),
          Map.entry("PROVIDER_NOT_FOUND", "check the provider's base URL and the model"),
          Map.entry("PROVIDER_RATE_LIMITED", "the provider refuses for now; try again later"),
          Map.entry("PROVIDER_QUOTA", "top up the provider account"),
          Map.entry(
              "AUDIO_NOT_ON_THIS_TRANSPORT", "speak into the call itself, or use talk --text"));

  private final ServerTarget target;

  StatusTranslator(ServerTarget target) {
    this.target = target;
  }

  /** Never throws; the cause is kept for {@code --verbose}. */
  CliException translate(StatusRuntimeException e) {
    Status status = e.getStatus();
    String code = errorCode(e);
    if (code.isEmpty()) {
      return switch (status.getCode()) {
        case UNAVAILABLE -> noServer(e);
        case UNAUTHENTICATED -> unauthenticated(e);
        case DEADLINE_EXCEEDED -> timedOut(e);
        case UNIMPLEMENTED -> notSideband(e);
        default -> refused(e, words(status.getCode().name()));
      };
    }
    return code.equals("CREDENTIALS_INVALID") ? unauthenticated(e) : refused(e, code);
  }

  /** For a caller that sends again what may still come to something. */
  <T> Outcome<T> outcome(StatusRuntimeException e) {
    Status.Code status = e.getStatus().getCode();
    String code = errorCode(e);
    return code.isEmpty()
        ? new Outcome<>(Optional.empty(), status.name(), !UNDECIDED.contains(status))
        : new Outcome<>(Optional.empty(), code, !OF_THE_MOMENT.contains(code));
  }

  /** Whether the same may succeed later: the server was away, or could not take it just then. */
  boolean mayPass(@Nullable Throwable failure) {
    return failure instanceof StatusRuntimeException e && !outcome(e).isFinal();
  }

  /** A stream that had begun and then lost its server; says how to go on where it broke. */
  CliException broken(StatusRuntimeException e, String conversationId, long lastSequence) {
    return new CliException(
        ExitCode.NO_SERVER,
        e,
        "the connection to " + target + " broke",
        conversationId.isEmpty()
            ? "when it is back:  ./sideband watch"
            : "when it is back:  ./sideband watch " + conversationId + " --after " + lastSequence);
  }

  private CliException noServer(StatusRuntimeException e) {
    return new CliException(
        ExitCode.NO_SERVER,
        e,
        "no server at " + target + " (" + reason(e) + ")",
        "start one with:  ./sideband serve",
        "or name another:  --server HOST:PORT");
  }

  private CliException unauthenticated(StatusRuntimeException e) {
    return new CliException(
        ExitCode.USAGE,
        e,
        "the server at " + target + " does not accept these credentials",
        target.token() == null
            ? "give it a token:  --token-file FILE"
            : "check the token in the file that --token-file names");
  }

  private CliException timedOut(StatusRuntimeException e) {
    return new CliException(
        ExitCode.FAILED,
        e,
        "the server at " + target + " did not answer in time",
        "look at the server's log, then try again");
  }

  private CliException notSideband(StatusRuntimeException e) {
    return new CliException(
        ExitCode.NO_SERVER,
        e,
        "what answers at " + target + " is not this version of Sideband",
        "check --server, and that both sides are the same release");
  }

  private CliException refused(StatusRuntimeException e, String code) {
    String description = e.getStatus().getDescription();
    String message = description == null ? code : description + "  [" + code + "]";
    String advice = ADVICE.get(code);
    return advice == null
        ? new CliException(ExitCode.FAILED, e, message)
        : new CliException(ExitCode.FAILED, e, message, advice);
  }

  /** The {@code ErrorInfo} reason of Sideband's own failures; empty for anybody else's. */
  private static String errorCode(StatusRuntimeException e) {
    com.google.rpc.@Nullable Status proto = StatusProto.fromThrowable(e);
    if (proto == null) {
      return "";
    }
    for (Any detail : proto.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          return detail.unpack(ErrorInfo.class).getReason();
        } catch (InvalidProtocolBufferException unreadable) {
          return "";
        }
      }
    }
    return "";
  }

  private String reason(StatusRuntimeException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof java.net.UnknownHostException) {
        return "unknown host";
      }
      if (t instanceof CertificateException) {
        return "its certificate is not trusted here";
      }
      String text = String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT);
      if (text.contains("refused")) {
        return "connection refused";
      }
      if (text.contains("unable to resolve host")) {
        return "unknown host";
      }
      if (text.contains("not an ssl/tls record")) {
        return "it does not speak TLS";
      }
    }
    return target.tls() ? "no TLS connection" : "no connection";
  }

  private static String words(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
