package dev.sideband.bridge.page;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ServerCacheControl;
import com.linecorp.armeria.server.AbstractHttpService;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.file.FileService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The console: {@code index.html} with the page's token in it, and the files that it asks for.
 *
 * <p>Files below {@code assets} have their content's hash in their names, so browsers may keep
 * them; the page itself is asked for each time.
 */
public final class ConsolePage {
  private static final String FOLDER = "console";
  private static final String UNBUILT = "dev/sideband/bridge/page/unbuilt.html";
  private static final String TOKEN_PLACE = "__SIDEBAND_TOKEN__";

  private final ClassLoader files;
  private final String index;

  private ConsolePage(ClassLoader files, String index) {
    this.files = files;
    this.index = index;
  }

  /**
   * Reads the page, or, if this program was built without Node, one that says how to get it.
   *
   * @param files where {@code console/index.html} is looked for
   */
  public static ConsolePage load(ClassLoader files, String token) {
    String index =
        tryRead(files, FOLDER + "/index.html")
            .or(() -> tryRead(files, UNBUILT))
            .orElseThrow(() -> new IllegalStateException("not in this program: " + UNBUILT));
    return new ConsolePage(files, index.replace(TOKEN_PLACE, token));
  }

  private static Optional<String> tryRead(ClassLoader files, String name) {
    try (InputStream in = files.getResourceAsStream(name)) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Serves it at the root. */
  public void addTo(ServerBuilder server) {
    HttpService page = new PageHeaders(new Index());
    server.service("/", page);
    server.service("/index.html", page);
    server.serviceUnder("/assets/", files(FOLDER + "/assets", ServerCacheControl.IMMUTABLE));
    server.serviceUnder("/", files(FOLDER, ServerCacheControl.REVALIDATED));
  }

  private HttpService files(String folder, ServerCacheControl caching) {
    return new PageHeaders(FileService.builder(files, folder).cacheControl(caching).build());
  }

  /** The page itself. */
  private final class Index extends AbstractHttpService {
    @Override
    protected HttpResponse doGet(ServiceRequestContext ctx, HttpRequest request) {
      return HttpResponse.of(
          ResponseHeaders.builder(HttpStatus.OK)
              .contentType(MediaType.HTML_UTF_8)
              .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
              .build(),
          HttpData.ofUtf8(index));
    }
  }
}
