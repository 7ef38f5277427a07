package dev.sideband.server.rpc;

import dev.sideband.server.fanout.EventBatch;
import dev.sideband.v1.RealtimeEvents;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A {@code RealtimeEvents} on its way out: events as the log's own bytes, and after them whatever
 * else the message says. (Encoded parts of a message, one after the other, are the message.)
 */
final class Outbound {
  private static final byte[] NOTHING = new byte[0];

  private final @Nullable EventBatch batch;
  private final byte[] rest;

  private Outbound(@Nullable EventBatch batch, byte[] rest) {
    this.batch = batch;
    this.rest = rest;
  }

  static Outbound of(EventBatch batch) {
    return new Outbound(batch, NOTHING);
  }

  static Outbound of(EventBatch batch, RealtimeEvents rest) {
    return new Outbound(batch, rest.toByteArray());
  }

  static Outbound of(RealtimeEvents message) {
    return new Outbound(null, message.toByteArray());
  }

  int encodedSize() {
    return rest.length + (batch == null ? 0 : batch.encodedSize());
  }

  private void writeTo(OutputStream out) throws IOException {
    if (batch != null) {
      batch.writeTo(out);
    }
    out.write(rest);
  }

  static Marshaller<Outbound> marshaller() {
    return new Encoder();
  }

  private static final class Encoder implements Marshaller<Outbound> {
    @Override
    public InputStream stream(Outbound value) {
      return new Bytes(value);
    }

    @Override
    public Outbound parse(InputStream stream) {
      throw new UnsupportedOperationException("a server receives no responses");
    }
  }

  /** Drained by the transport in one copy; reading it byte by byte works too, for other users. */
  private static final class Bytes extends InputStream implements KnownLength, Drainable {
    private final Outbound message;
    private @Nullable ByteArrayInputStream reading;
    private boolean drained;

    Bytes(Outbound message) {
      this.message = message;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      if (reading != null) {
        return Math.toIntExact(reading.transferTo(target));
      }
      if (drained) {
        return 0;
      }
      drained = true;
      message.writeTo(target);
      return message.encodedSize();
    }

    @Override
    public int available() {
      if (reading != null) {
        return reading.available();
      }
      return drained ? 0 : message.encodedSize();
    }

    @Override
    public int read() {
      return bytes().read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return bytes().read(target, offset, length);
    }

    private ByteArrayInputStream bytes() {
      if (reading == null) {
        ByteArrayOutputStream copy = new ByteArrayOutputStream(message.encodedSize());
        try {
          drainTo(copy);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        reading = new ByteArrayInputStream(copy.toByteArray());
      }
      return reading;
    }
  }
}
