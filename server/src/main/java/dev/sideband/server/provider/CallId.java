package dev.sideband.server.provider;

/**
 * The provider's name of a call. Whoever knows it can hang the call up, so it prints as stars: it
 * belongs in the log's private part, in requests to the provider, and nowhere else.
 */
public record CallId(String value) {

  public CallId {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("call id: empty (expected: the provider's id)");
    }
  }

  @Override
  public String toString() {
    return "CallId[***]";
  }
}
