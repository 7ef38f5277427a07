package dev.sideband.bridge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A wire to a server, or to a bridge, that can be cut. */
final class Wire implements AutoCloseable {
  private final ServerSocket ends = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final int farPort;
  private volatile boolean isHangingUp;

  private Wire(int farPort) throws IOException {
    this.farPort = farPort;
  }

  static Wire to(FakeServer server) throws IOException {
    return to(server.port());
  }

  static Wire to(int port) throws IOException {
    Wire wire = new Wire(port);
    start(wire::accept);
    return wire;
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "wire");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return ends.getLocalPort();
  }

  URI uri(String scheme) {
    return URI.create("%s://127.0.0.1:%d".formatted(scheme, port()));
  }

  private void accept() {
    try {
      while (true) {
        Socket near = ends.accept();
        if (isHangingUp) {
          near.close();
          continue;
        }
        Socket far = new Socket(InetAddress.getLoopbackAddress(), farPort);
        open.addAll(List.of(near, far));
        start(() -> copy(near, far));
        start(() -> copy(far, near));
      }
    } catch (IOException e) {
      // It was cut for good.
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // It was cut.
    }
  }

  /** How many were made, of those that were not hung up on. */
  int connections() {
    return open.size() / 2;
  }

  /** From now on every new connection is closed at once. */
  void hangUpOnEverybody() {
    isHangingUp = true;
  }

  /** Cuts every connection; new ones can be made. */
  void cut() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    ends.close();
    cut();
  }
}
