package dev.sideband.cli.talk;

import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Screen;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Nobody types: lines come from a pipe or not at all. */
final class PipedScreen implements TalkScreen {
  private final BufferedReader in;
  private final Screen screen;
  private boolean closed;

  PipedScreen(InputStream in, Screen screen) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.screen = screen;
  }

  @Override
  public Optional<String> readLine(String prompt) {
    try {
      return Optional.ofNullable(in.readLine());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void print(String line) {
    screen.println(line);
  }

  @Override
  public synchronized void live(List<String> lines) {
    if (!closed) {
      screen.region(lines);
    }
  }

  @Override
  public boolean isLive() {
    return screen.terminal().interactive();
  }

  @Override
  public boolean isInteractive() {
    return false;
  }

  @Override
  public boolean isInterrupted() {
    return false;
  }

  @Override
  public int columns() {
    return screen.terminal().columns();
  }

  @Override
  public Palette palette() {
    return screen.palette();
  }

  @Override
  public synchronized void close() {
    // Standard input is not ours to close.
    live(List.of());
    closed = true;
  }
}
