package dev.sideband.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sideband.server.log.EventLogException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.testing.exporter.InMemoryLogRecordExporter;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** What a line may say, on the console that we ship and to OpenTelemetry. */
class DiscreetLogTest {
  private static final String WORDS = "WORDS4731";
  private static final String KEY = "sk-proj-47320123456789";
  private static final String CALL = "rtc_4733abcdef";
  private static final String SDP = "v=0\r\no=- 4734 1 IN IP4 127.0.0.1\r\na=ice-pwd:4735\r\n";
  private static final List<String> SECRETS =
      List.of(WORDS, KEY, CALL, "4734", "4735", "a-token-of-4736");
  private static final String SWITCH = "sideband.log.discreet";

  private final InMemoryLogRecordExporter exported = InMemoryLogRecordExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setLoggerProvider(
              SdkLoggerProvider.builder()
                  .addLogRecordProcessor(SimpleLogRecordProcessor.create(exported))
                  .build())
          .build();
  private final LoggerContext context = new LoggerContext();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @AfterEach
  void close() {
    System.clearProperty(SWITCH);
    context.stop();
    sdk.close();
  }

  /** A logger of the configuration that we ship, its console being a buffer, and of the bridge. */
  private Logger shipped() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    try {
      configurator.doConfigure(ServerMain.class.getResource("/logback.xml"));
    } catch (JoranException e) {
      throw new AssertionError(e);
    }
    ConsoleAppender<ILoggingEvent> console =
        (ConsoleAppender<ILoggingEvent>)
            context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("STDERR");
    console.setOutputStream(printed);
    LogBridge.attach(context, sdk);
    return context.getLogger("dev.sideband.server.Somebody");
  }

  private String console() {
    return printed.toString(UTF_8);
  }

  private LogRecordData record() {
    assertThat(exported.getFinishedLogRecordItems()).hasSize(1);
    return exported.getFinishedLogRecordItems().get(0);
  }

  private String attribute(String key) {
    return String.valueOf(record().getAttributes().get(AttributeKey.stringKey(key)));
  }

  private static Exception parseFailure(String text) {
    return catchThrowableOfType(
        com.fasterxml.jackson.core.JsonProcessingException.class,
        () -> new ObjectMapper().readTree(text));
  }

  @Test
  void shouldWithholdWhatALibrarysExceptionSays() {
    Exception thrown = parseFailure(WORDS + " " + SDP);
    assertThat(thrown).hasMessageContaining(WORDS);
    shipped().error("conversation {}: is broken", 4711, thrown);

    assertThat(console())
        .contains("conversation 4711: is broken")
        .contains("com.fasterxml.jackson.core.JsonParseException: " + DiscreetException.WITHHELD)
        .contains("\tat com.fasterxml.jackson.", "\tat dev.sideband.server.DiscreetLogTest.")
        .doesNotContain(SECRETS);
    assertThat(record().getBodyValue().asString()).isEqualTo("conversation 4711: is broken");
    assertThat(attribute("conversation.id")).isEqualTo("4711");
    assertThat(attribute("exception.type"))
        .isEqualTo("com.fasterxml.jackson.core.JsonParseException");
    assertThat(attribute("exception.message")).isEqualTo(DiscreetException.WITHHELD);
    assertThat(attribute("exception.stacktrace")).contains("\tat com.fasterxml.jackson.");
    assertThat(record().toString()).doesNotContain(SECRETS);
  }

  @Test
  void shouldTellWhatWeWroteAndWithholdItsCausesAndCompanions() {
    Throwable cause = catchThrowable(() -> URI.create("https://provider/v1/" + CALL + " " + WORDS));
    assertThat(cause).hasMessageContaining(CALL).hasCauseInstanceOf(Exception.class);
    EventLogException thrown =
        new EventLogException(
            EventLogException.Kind.CORRUPT, "event log: damaged (expected: whole)", cause);
    thrown.addSuppressed(catchThrowable(() -> Integer.parseInt(WORDS)));
    shipped().error("it cannot be read", thrown);

    for (String told : List.of(console(), attribute("exception.stacktrace"))) {
      assertThat(told)
          .contains("EventLogException: event log: damaged (expected: whole)")
          .contains("Caused by: java.lang.IllegalArgumentException: " + DiscreetException.WITHHELD)
          .contains("Caused by: java.net.URISyntaxException: " + DiscreetException.WITHHELD)
          .contains("Suppressed: java.lang.NumberFormatException: " + DiscreetException.WITHHELD)
          .doesNotContain(SECRETS);
    }
    assertThat(attribute("exception.message")).isEqualTo("event log: damaged (expected: whole)");
  }

  @Test
  void shouldTellWhatWeWroteInAnExceptionOfTheJdk() {
    shipped().error("a fault", new IllegalStateException("thread: another (expected: the owner)"));
    assertThat(console())
        .contains("java.lang.IllegalStateException: thread: another (expected: the owner)");
    assertThat(attribute("exception.message")).isEqualTo("thread: another (expected: the owner)");
  }

  @Test
  void shouldWithholdWordsThatAnExceptionTookFromItsCause() {
    IllegalStateException thrown = new IllegalStateException(parseFailure(WORDS));
    assertThat(thrown).hasMessageContaining(WORDS);
    shipped().error("a fault", thrown);
    assertThat(console())
        .contains("java.lang.IllegalStateException: " + DiscreetException.WITHHELD)
        .doesNotContain(SECRETS);
    assertThat(record().toString()).doesNotContain(SECRETS);
  }

  @Test
  void shouldTellAnExceptionThatIsItsOwnCausesCause() {
    Exception outer = new IllegalStateException("outer");
    outer.initCause(new IllegalStateException("inner", outer));
    shipped().error("a fault", outer);
    assertThat(console()).contains("IllegalStateException: outer", "IllegalStateException: inner");
  }

  @Test
  void shouldMaskWhatLooksLikeASecretWhereverItStands() {
    shipped()
        .warn(
            "{} {} Authorization: Bearer {} {}",
            KEY,
            CALL,
            "a-token-of-4736",
            SDP,
            new IllegalStateException("call: " + CALL + " (expected: another)"));
    assertThat(console())
        .contains("**** **** Authorization: **** ****")
        .contains("IllegalStateException: call: **** (expected: another)")
        .doesNotContain(SECRETS);
    assertThat(record().getBodyValue().asString()).isEqualTo("**** **** Authorization: **** ****");
    assertThat(record().toString()).doesNotContain(SECRETS);
  }

  @Test
  void shouldPrintEverythingButExportNoMoreWhenItIsSwitchedOff() {
    System.setProperty(SWITCH, "false");
    shipped().error("a fault", parseFailure(WORDS));
    assertThat(console()).contains("JsonParseException: Unrecognized token '" + WORDS);
    assertThat(record().toString()).doesNotContain(SECRETS);
  }

  @Test
  void shouldSayNoMoreThanBeforeWhenNothingWasThrown() {
    shipped().warn("provider: does not answer");
    assertThat(console())
        .endsWith("WARN  Somebody: provider: does not answer" + System.lineSeparator());
    assertThat(record().getAttributes().isEmpty()).isTrue();
  }

  @Test
  @ExpectWarning("thread a-thread: ended by a fault")
  void shouldLogWhatEndsAThread() throws InterruptedException {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    try {
      ServerMain.logWhatEndsThreads();
      Thread thread =
          new Thread(
              () -> {
                throw new IllegalStateException("a fault");
              },
              "a-thread");
      thread.start();
      thread.join();
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }
}
