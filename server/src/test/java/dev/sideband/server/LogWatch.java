package dev.sideband.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;
import org.junit.platform.commons.support.AnnotationSupport;
import org.slf4j.LoggerFactory;

/**
 * Fails every test during which a warning or an error is logged that it does not expect ({@link
 * ExpectWarning}), and the whole run for what a thread says after its test has ended. Registered
 * for all tests by {@code META-INF/services}.
 *
 * <p><b>Threads.</b> JUnit's; tests run one after the other.
 */
public final class LogWatch
    implements BeforeAllCallback,
        TestInstancePreConstructCallback,
        BeforeEachCallback,
        AfterTestExecutionCallback,
        AfterEachCallback,
        AfterAllCallback {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * Netty's acceptor, which Vert.x uses, not our gRPC: it warns of a connection that was made while
   * its server was closing. Tests that close with a client about to connect see that at random.
   */
  private static final String VERTX_ACCEPTOR = "io.netty.bootstrap.ServerBootstrap";

  // One for all: JUnit makes an extension per engine, and the log is the process's.
  private static final Namespace SPACE = Namespace.create(LogWatch.class);

  /** The book and its appender, for the time of a run. */
  private static final class Watch implements AutoCloseable {
    private final WarningBook book = new WarningBook(Thread.currentThread());
    private final Logger root = root();
    private final Listener listener = new Listener(book);
    private boolean testUnderWay;

    Watch() {
      listener.setContext(root.getLoggerContext());
      listener.start();
      root.addAppender(listener);
    }

    @Override
    public void close() {
      root.detachAppender(listener);
      require(book.late(), "logged by threads that outlived their tests");
    }
  }

  private static final class Listener extends AppenderBase<ILoggingEvent> {
    private final WarningBook book;

    Listener(WarningBook book) {
      this.book = book;
    }

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.WARN)
          && !event.getLoggerName().equals(VERTX_ACCEPTOR)) {
        String cause =
            event.getThrowableProxy() == null ? "" : " / " + event.getThrowableProxy().getMessage();
        book.logged(
            Thread.currentThread(),
            event.getLevel()
                + " "
                + event.getLoggerName()
                + ": "
                + event.getFormattedMessage()
                + cause);
      }
    }
  }

  /** Logback's root, which is every logger's parent. */
  static Logger root() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  private static Watch watch(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(SPACE)
        .getOrComputeIfAbsent(Watch.class, key -> new Watch(), Watch.class);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    watch(context)
        .book
        .groupBegins(context.getDisplayName(), expected(context.getRequiredTestClass()), alive());
  }

  /** A test begins before its instance is made: fields open things too. */
  @Override
  public void preConstructTestInstance(
      TestInstanceFactoryContext factory, ExtensionContext context) {
    begin(context, List.of());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    begin(context, expected(context.getRequiredTestMethod()));
  }

  private static void begin(ExtensionContext context, List<String> required) {
    Watch watch = watch(context);
    String name = context.getTestClass().map(Class::getSimpleName).orElse("");
    if (watch.testUnderWay) {
      watch.book.testGoesOn(name + "." + context.getDisplayName(), required);
    } else {
      watch.book.testBegins(name + "." + context.getDisplayName(), required, alive());
    }
    watch.testUnderWay = true;
  }

  @Override
  public void afterTestExecution(ExtensionContext context) throws InterruptedException {
    if (context.getExecutionException().isEmpty()) {
      watch(context).book.awaitRequired(PATIENCE_NANOS);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Watch watch = watch(context);
    watch.testUnderWay = false;
    require(watch.book.testEnds(alive()), "logged without being expected");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    require(watch(context).book.groupEnds(alive()), "logged between tests");
  }

  private static void require(List<String> complaints, String what) {
    if (!complaints.isEmpty()) {
      throw new AssertionError(what + ":\n  " + String.join("\n  ", complaints));
    }
  }

  private static List<String> expected(AnnotatedElement element) {
    return AnnotationSupport.findRepeatableAnnotations(element, ExpectWarning.class).stream()
        .map(ExpectWarning::value)
        .toList();
  }

  /** Every live thread; Java's own too, which do no harm. */
  static List<Thread> alive() {
    ThreadGroup all = Thread.currentThread().getThreadGroup();
    while (all.getParent() != null) {
      all = all.getParent();
    }
    Thread[] found = new Thread[all.activeCount() * 2 + 64];
    int count = all.enumerate(found);
    return Arrays.asList(found).subList(0, count);
  }
}
