package dev.sideband.bridge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.sideband.bridge.page.ConsolePage;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console's files, as browsers get them. */
final class ConsolePageTest {
  private static final String TOKEN = "a-token";

  private final Path files;
  private @Nullable Server server;

  ConsolePageTest(@TempDir Path folder) throws Exception {
    files = folder;
    write("console/index.html", "<html><meta name=t content=__SIDEBAND_TOKEN__></html>");
    write("console/favicon.svg", "<svg/>");
    write("console/assets/index-4f3a.js", "run()");
    write("secret.txt", "not of the page");
  }

  private void write(String file, String text) throws Exception {
    Files.createDirectories(files.resolve(file).getParent());
    Files.writeString(files.resolve(file), text);
  }

  @AfterEach
  void close() {
    // Its threads rest for two seconds before they end; nobody needs to see that.
    var unused = requireNonNull(server).closeAsync();
  }

  private void serve() throws Exception {
    URL[] where = {files.toUri().toURL()};
    ServerBuilder builder = Server.builder().http(0);
    ConsolePage.load(new URLClassLoader(where, new Unbuilt()), TOKEN).addTo(builder);
    server = builder.build();
    server.start().join();
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + requireNonNull(server).activeLocalPort() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void shouldTellThePageItsToken() throws Exception {
    serve();
    for (String path : new String[] {"/", "/index.html"}) {
      HttpResponse<String> page = get(path);
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body()).isEqualTo("<html><meta name=t content=a-token></html>");
      assertThat(header(page, "content-type")).isEqualTo("text/html; charset=utf-8");
      assertThat(header(page, "cache-control")).isEqualTo("no-store");
    }
  }

  @Test
  void shouldLetBrowsersKeepWhatHasItsHashInItsName() throws Exception {
    serve();
    HttpResponse<String> script = get("/assets/index-4f3a.js");
    assertThat(script.body()).isEqualTo("run()");
    assertThat(header(script, "content-type")).contains("javascript");
    assertThat(header(script, "cache-control")).contains("immutable", "max-age=31536000");
    assertThat(header(get("/favicon.svg"), "cache-control")).contains("no-cache");
    assertThat(header(get("/favicon.svg"), "content-type")).startsWith("image/svg+xml");
  }

  @Test
  void shouldSayWhatThePageMayDo() throws Exception {
    serve();
    for (String path : new String[] {"/", "/assets/index-4f3a.js", "/nothing"}) {
      HttpResponse<String> file = get(path);
      assertThat(header(file, "content-security-policy"))
          .startsWith("default-src 'none'; script-src 'self';")
          .contains("frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(header(file, "x-content-type-options")).isEqualTo("nosniff");
      assertThat(header(file, "referrer-policy")).isEqualTo("no-referrer");
      assertThat(header(file, "permissions-policy")).isEqualTo("microphone=(self)");
    }
  }

  @Test
  void shouldServeNothingElse() throws Exception {
    serve();
    for (String path :
        new String[] {
          "/secret.txt",
          "/../secret.txt",
          "/assets/../../secret.txt",
          "/%2e%2e/secret.txt",
          "/assets/",
          "/assets/%2e%2e/%2e%2e/secret.txt",
          "/console/index.html"
        }) {
      assertThat(get(path).statusCode()).as(path).isIn(400, 404);
    }
  }

  @Test
  void shouldSayHowToBuildThePageWhenItIsNotThere() throws Exception {
    Files.delete(files.resolve("console/index.html"));
    serve();
    HttpResponse<String> page = get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .contains("The console is not built", "on standard error", "content=\"a-token\"");
  }

  /** The program's own files, as if the page had not been built among them. */
  private static final class Unbuilt extends ClassLoader {
    Unbuilt() {
      super(ConsolePage.class.getClassLoader());
    }

    @Override
    public @Nullable URL getResource(String name) {
      return name.startsWith("console/") ? null : super.getResource(name);
    }
  }
}
