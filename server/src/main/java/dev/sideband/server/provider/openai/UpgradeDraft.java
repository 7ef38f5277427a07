package dev.sideband.server.provider.openai;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.exceptions.InvalidHandshakeException;
import org.java_websocket.handshake.Handshakedata;

/**
 * RFC 6455 as the library speaks it, which also notes the status of a refused upgrade: the library
 * tells it only inside the text of an exception.
 */
final class UpgradeDraft extends Draft_6455 {
  private static final int MAX_MESSAGE = 8 * 1024 * 1024;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?\\r?\\n?");

  private final AtomicInteger status;

  UpgradeDraft(AtomicInteger status) {
    super(List.of(), MAX_MESSAGE);
    this.status = status;
  }

  @Override
  public Handshakedata translateHandshake(ByteBuffer bytes) throws InvalidHandshakeException {
    ByteBuffer look = bytes.duplicate();
    StringBuilder line = new StringBuilder();
    while (look.hasRemaining() && (line.isEmpty() || line.charAt(line.length() - 1) != '\n')) {
      line.append((char) (look.get() & 0xFF));
    }
    Matcher matcher = STATUS.matcher(line);
    if (matcher.matches()) {
      status.set(Integer.parseInt(matcher.group(1)));
    }
    return super.translateHandshake(bytes);
  }

  // The library speaks through a copy, so the copy must note into the same place.
  @Override
  public Draft copyInstance() {
    return new UpgradeDraft(status);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
