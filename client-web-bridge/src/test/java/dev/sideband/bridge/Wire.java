package dev.sideband.bridge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A wire to a server that can be cut. */
final class Wire implements AutoCloseable {
  private final ServerSocket ends = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final int serverPort;
  private volatile boolean isHangingUp;

  private Wire(int serverPort) throws IOException {
    this.serverPort = serverPort;
  }

  static Wire to(FakeServer server) throws IOException {
    Wire wire = new Wire(server.port());
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

  private void accept() {
    try {
      while (true) {
        Socket near = ends.accept();
        if (isHangingUp) {
          near.close();
          continue;
        }
        Socket far = new Socket(InetAddress.getLoopbackAddress(), serverPort);
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
