package dev.sideband.server.provider.openai;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A wire between client and server that can break, or go silent without a word, as a dead middlebox
 * does. Connections that come later are well.
 */
final class TcpProxy implements AutoCloseable {

  private record Wire(Socket near, Socket far, AtomicBoolean dead) {}

  private final int target;
  private final ServerSocket listener;
  private final List<Wire> wires = new CopyOnWriteArrayList<>();

  TcpProxy(int target) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How many connections were ever made. */
  int connections() {
    return wires.size();
  }

  /** The present connections stay open, and nothing goes through them any more. */
  void blackHole() {
    wires.forEach(wire -> wire.dead().set(true));
  }

  /** The present connections break. */
  void drop() {
    wires.forEach(TcpProxy::cut);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        Wire wire =
            new Wire(
                near, new Socket(InetAddress.getLoopbackAddress(), target), new AtomicBoolean());
        wires.add(wire);
        if (listener.isClosed()) {
          cut(wire); // Accepted just before close() looked for it.
        }
        start(() -> pump(wire, wire.near(), wire.far()));
        start(() -> pump(wire, wire.far(), wire.near()));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private static void pump(Wire wire, Socket from, Socket to) {
    byte[] buffer = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (wire.dead().get()) {
          return; // Neither read nor closed: the sender's buffers fill, and nobody tells it why.
        }
        to.getOutputStream().write(buffer, 0, n);
      }
      to.shutdownOutput(); // An end is passed on as one: a reset could overtake what was written.
      return;
    } catch (IOException e) {
      // Broken, on purpose or because the other side is gone.
    }
    if (!wire.dead().get()) {
      cut(wire);
    }
  }

  private static void cut(Wire wire) {
    try {
      wire.near().setSoLinger(true, 0);
      wire.near().close();
      wire.far().close();
    } catch (IOException e) {
      // As cut as can be.
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "tcp-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    drop();
  }
}
