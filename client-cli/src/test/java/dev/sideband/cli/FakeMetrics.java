package dev.sideband.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A server's page of metrics: these pages one after the other, the last one for ever. */
public final class FakeMetrics implements AutoCloseable {
  private final HttpServer server;
  private final List<String> pages;
  private int served;
  private Runnable onceServed = () -> {};

  private FakeMetrics(List<String> pages) throws IOException {
    this.pages = pages;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/metrics", this::answer);
    server.start();
  }

  /** Serves these; an empty one is a failure of the server. */
  public static FakeMetrics serving(String... pages) {
    try {
      return new FakeMetrics(List.of(pages));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A page that was recorded. */
  public static String recorded(String name) {
    try (InputStream file = FakeMetrics.class.getResourceAsStream("top/" + name + ".txt")) {
      if (file == null) {
        throw new IllegalArgumentException(name);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What happens when the last page is asked for, before it is answered. */
  public void whenLastIsAskedFor(Runnable action) {
    onceServed = action;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String page = pages.get(Math.min(served, pages.size() - 1));
    served++;
    if (served == pages.size()) {
      onceServed.run();
    }
    byte[] body = page.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(body.length == 0 ? 503 : 200, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  public String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
