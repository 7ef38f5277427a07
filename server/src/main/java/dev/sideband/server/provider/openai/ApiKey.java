package dev.sideband.server.provider.openai;

/** A bearer key. Prints as stars. Empty for a compatible server that asks for none. */
public record ApiKey(String value) {

  /** No key. */
  public static final ApiKey NONE = new ApiKey("");

  public ApiKey {
    // The value itself must not stand in the message.
    if (!value.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new IllegalArgumentException("api key: *** (expected: visible ASCII characters)");
    }
  }

  boolean isPresent() {
    return !value.isEmpty();
  }

  @Override
  public String toString() {
    return "***";
  }
}
