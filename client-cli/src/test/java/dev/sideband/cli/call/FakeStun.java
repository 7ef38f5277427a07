package dev.sideband.cli.call;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A STUN server that hears requests (RFC 8489) and answers none, as one behind a firewall. */
public final class FakeStun implements AutoCloseable {
  private static final int BINDING_REQUEST = 1;
  private static final int MAGIC_COOKIE = 0x2112A442;
  private static final int HEADER_BYTES = 20;

  private final DatagramSocket socket;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final AtomicInteger requests = new AtomicInteger();

  public FakeStun() throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    var unused = thread.submit(this::listen);
  }

  /** As a client is told of it. */
  public String url() {
    return "stun:127.0.0.1:" + socket.getLocalPort();
  }

  /** How many requests came, repeated ones too. */
  public int requests() {
    return requests.get();
  }

  private Void listen() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
    while (!socket.isClosed()) {
      socket.receive(packet);
      ByteBuffer bytes = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
      if (bytes.remaining() >= HEADER_BYTES
          && bytes.getShort(0) == BINDING_REQUEST
          && bytes.getInt(4) == MAGIC_COOKIE) {
        requests.incrementAndGet();
      }
    }
    return null;
  }

  @Override
  public void close() {
    socket.close();
    thread.shutdownNow();
  }
}
