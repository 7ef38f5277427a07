package dev.sideband.server.rpc;

import dev.sideband.server.session.Principal;
import dev.sideband.server.session.SessionException;
import dev.sideband.v1.ErrorCode;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.health.v1.HealthGrpc;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives every call its {@link Caller}, or ends it with CREDENTIALS_INVALID.
 *
 * <p>Fails closed: health alone needs no credentials (it tells only whether the server serves, and
 * those who ask have none); reflection, and services added later, need them.
 */
final class AccessInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SCHEME = "Bearer ";
  private static final String HEALTH = HealthGrpc.SERVICE_NAME;

  private final Access access;

  AccessInterceptor(Access access) {
    this.access = access;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (HEALTH.equals(call.getMethodDescriptor().getServiceName())) {
      return next.startCall(call, headers);
    }
    Optional<Principal> principal = principal(headers);
    if (principal.isEmpty()) {
      StatusMapper.close(
          call,
          new SessionException(
              ErrorCode.CREDENTIALS_INVALID,
              "authorization: no valid credentials (expected: a bearer token)"));
      return new ServerCall.Listener<>() {};
    }
    Caller caller = new Caller(principal.get(), trace(headers));
    return Contexts.interceptCall(caller.in(Context.current()), call, headers, next);
  }

  /**
   * The span of this call, if an observer began one; else what the caller sent. The span alone:
   * what gRPC keeps in the same context would live as long as the conversation.
   */
  private static io.opentelemetry.context.Context trace(Metadata headers) {
    io.opentelemetry.context.Context root = io.opentelemetry.context.Context.root();
    Span call = Span.current();
    return call.getSpanContext().isValid()
        ? root.with(call)
        : W3CTraceContextPropagator.getInstance().extract(root, headers, new Headers());
  }

  private Optional<Principal> principal(Metadata headers) {
    if (access instanceof Access.Open open) {
      return Optional.of(open.everybody());
    }
    String header = headers.get(AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    byte[] presented = TokenGrant.digestOf(header.substring(SCHEME.length()).strip());
    Optional<Principal> found = Optional.empty();
    // To the end, always: where the match stands must not show in the time it takes.
    for (TokenGrant grant : grants()) {
      if (grant.matches(presented)) {
        found = Optional.of(grant.principal());
      }
    }
    return found;
  }

  private List<TokenGrant> grants() {
    return access instanceof Access.Tokens tokens ? tokens.grants() : List.of();
  }

  /** Metadata as a propagator reads it. */
  private static final class Headers implements TextMapGetter<Metadata> {
    @Override
    public Iterable<String> keys(Metadata headers) {
      return headers.keys();
    }

    @Override
    public @Nullable String get(@Nullable Metadata headers, String key) {
      return headers == null
          ? null
          : headers.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
    }
  }
}
