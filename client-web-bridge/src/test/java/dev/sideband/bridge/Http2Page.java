package dev.sideband.bridge;

import dev.sideband.bridge.WebClient.Form;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A browser's connection by HTTP/2 over TLS, frame by frame, as no library would let it: it asks,
 * and reads nothing until it is told to.
 */
final class Http2Page implements AutoCloseable {
  /** What a stream may be sent before it gives more, unless it says another number. */
  static final int USUAL_WINDOW = 65_535;

  /** So wide that only the socket makes the bridge wait. */
  static final int WIDE_WINDOW = Integer.MAX_VALUE;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int WINDOW_UPDATE = 8;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int INITIAL_WINDOW_SIZE = 4;

  private final SSLSocket socket;
  private final DataInputStream in;
  private final OutputStream out;

  /** The browser's side has odd ones. */
  private int nextStream = 1;

  private Http2Page(SSLSocket socket) throws IOException {
    this.socket = socket;
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** Connects, and gives each stream a window of so many bytes. */
  static Http2Page connect(SSLContext tls, int port, int window) throws IOException {
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket();
    socket.setReceiveBufferSize(SlowPages.MESSAGE_BYTES);
    socket.setSoTimeout((int) SlowPages.SOON.toMillis()); // JUnit cannot interrupt a read.
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    Http2Page page = new Http2Page(socket);
    page.out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    page.write(
        SETTINGS,
        0,
        0,
        ByteBuffer.allocate(6).putShort((short) INITIAL_WINDOW_SIZE).putInt(window).array());
    // That of the connection, which all streams share.
    page.giveWindow(0, Integer.MAX_VALUE - USUAL_WINDOW);
    return page;
  }

  /** Asks for a stream of messages, and returns its number; of its answer nothing is read yet. */
  int ask(String method, Form form) throws IOException {
    int stream = nextStream;
    nextStream += 2;
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    header(headers, ":method", "POST");
    header(headers, ":scheme", "https");
    header(headers, ":authority", "127.0.0.1:" + socket.getPort());
    header(headers, ":path", "/" + method);
    header(headers, "content-type", form.contentType);
    write(HEADERS, END_HEADERS, stream, headers.toByteArray());
    write(DATA, END_STREAM, stream, form.encoded(WebClient.frame(0, new byte[0])));
    return stream;
  }

  /** As HPACK has it for names and values that no table knows. */
  private static void header(ByteArrayOutputStream headers, String name, String value) {
    headers.write(0);
    for (String each : new String[] {name, value}) {
      headers.write(each.length());
      headers.writeBytes(each.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Reads until so many bytes have come of one stream, and gives no other its window back. */
  void read(int wanted, long bytes) throws IOException {
    for (long left = bytes; left > 0; ) {
      int lengthAndType = in.readInt();
      in.readByte();
      int stream = in.readInt();
      int length = lengthAndType >>> 8;
      in.skipNBytes(length);
      if ((lengthAndType & 0xff) != DATA || length == 0) {
        continue;
      }
      giveWindow(0, length);
      if (stream == wanted) {
        giveWindow(stream, length);
        left -= length;
      }
    }
  }

  private void giveWindow(int stream, int bytes) throws IOException {
    write(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
  }

  private void write(int type, int flags, int stream, byte[] payload) throws IOException {
    out.write(
        ByteBuffer.allocate(9 + payload.length)
            .putInt(payload.length << 8 | type)
            .put((byte) flags)
            .putInt(stream)
            .put(payload)
            .array());
  }

  /** Goes away without a word. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
