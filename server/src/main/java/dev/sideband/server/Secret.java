package dev.sideband.server;

/** A value that must not be printed: it prints as stars. */
public record Secret(String value) {

  public Secret {
    if (value.isBlank()) {
      throw new IllegalArgumentException("secret: blank (expected: a value)");
    }
  }

  @Override
  public String toString() {
    return "***";
  }
}
