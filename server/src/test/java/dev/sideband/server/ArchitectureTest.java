package dev.sideband.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sideband.server.log.ConversationId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The walls of the house. Rules are ordinary tests, not {@code @ArchTest} fields: Surefire 3.5.3
 * skips such fields and stays green.
 */
class ArchitectureTest {
  private static final String SERVER = "dev.sideband.server";
  private static final Path MAIN = Path.of("src", "main", "java");
  private static final int MOST_LINES = 300;
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(SERVER);

  @Test
  void shouldSeeEveryRoom() {
    for (String room :
        List.of(
            ".rpc",
            ".session",
            ".fanout",
            ".provider",
            ".provider.openai",
            ".provider.loopback",
            ".log",
            ".log.rocksdb")) {
      assertTrue(
          CLASSES.stream().anyMatch(c -> c.getPackageName().equals(SERVER + room)),
          () -> "no classes imported from " + SERVER + room);
    }
  }

  @Test
  void shouldHaveNoPackageCycle() {
    slices().matching(SERVER + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void shouldPointInward() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("root")
        .definedBy(SERVER)
        .layer("rpc")
        .definedBy(SERVER + ".rpc..")
        .layer("session")
        .definedBy(SERVER + ".session..")
        .layer("fanout")
        .definedBy(SERVER + ".fanout..")
        .layer("provider")
        .definedBy(SERVER + ".provider")
        .layer("log")
        .definedBy(SERVER + ".log")
        .layer("provider adapters")
        .definedBy(SERVER + ".provider.*..")
        .layer("log adapters")
        .definedBy(SERVER + ".log.*..")
        .whereLayer("root")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("rpc")
        .mayOnlyBeAccessedByLayers("root")
        .whereLayer("session")
        .mayOnlyBeAccessedByLayers("root", "rpc")
        .whereLayer("fanout")
        .mayOnlyBeAccessedByLayers("root", "rpc")
        .whereLayer("provider")
        .mayOnlyBeAccessedByLayers("root", "session", "provider adapters")
        .whereLayer("log")
        .mayOnlyBeAccessedByLayers("root", "session", "fanout", "log adapters")
        .ignoreDependency(resideInAPackage(SERVER + ".rpc.."), type(ConversationId.class))
        .whereLayer("provider adapters")
        .mayOnlyBeAccessedByLayers("root")
        .whereLayer("log adapters")
        .mayOnlyBeAccessedByLayers("root")
        .because(
            "appending is the session's business and showing is fanout's; only the root joins them")
        .check(CLASSES);
  }

  @Test
  void shouldKeepAdaptersApart() {
    slices()
        .matching(SERVER + ".(*).(*)..")
        .should()
        .notDependOnEachOther()
        .because("adapters are alternatives; what two of them share belongs in their SPI")
        .check(CLASSES);
  }

  @Test
  void shouldKeepEachLibraryInOneRoom() {
    onlyIn("io.grpc..", SERVER, SERVER + ".rpc");
    onlyIn("com.lmax..", SERVER + ".fanout");
    onlyIn("org.rocksdb..", SERVER + ".log.rocksdb");
    onlyIn("dev.onvoid..", SERVER + ".provider.loopback");
    onlyIn("org.java_websocket..", SERVER + ".provider.openai");
    onlyIn("io.vertx..", SERVER + ".provider.loopback");
    onlyIn("com.fasterxml..", SERVER, SERVER + ".provider.openai", SERVER + ".provider.loopback");
    for (String part : List.of("sdk", "exporter", "instrumentation", "api.incubator")) {
      onlyIn("io.opentelemetry." + part + "..", SERVER);
    }
    onlyIn("io.prometheus..", SERVER);
    onlyIn("ch.qos.logback..", SERVER);
  }

  @Test
  void shouldLoadTheTelemetrySdkBehindOneDoor() {
    noClasses()
        .that()
        .haveNameNotMatching(
            ".*\\.(Telemetry(Sdk|File|Components)|ExportWatch|DiscreetSpan|MetricsPage|LogBridge).*")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.opentelemetry.sdk..", "io.opentelemetry.instrumentation..", "io.prometheus..")
        .because("who asks for no telemetry loads none")
        .check(CLASSES);
  }

  @Test
  void shouldBeHandedClocksConfigurationAndThreads() {
    noClasses()
        .that()
        .resideInAPackage(SERVER + "..")
        .and()
        .resideOutsideOfPackage(SERVER)
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callConstructor(Thread.class, Runnable.class)
        .because("the root hands them in, so a test can hand in others")
        .check(CLASSES);
  }

  @Test
  void shouldKeepTelemetryOutOfTheHotRooms() {
    noClasses()
        .that()
        .resideInAnyPackage(SERVER + ".log..", SERVER + ".fanout..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.opentelemetry..")
        .because("an event is logged and delivered far more often than anybody wants a span")
        .check(CLASSES);
  }

  @Test
  void shouldStayShort() throws IOException {
    for (Path file : mainFiles()) {
      try (Stream<String> lines = Files.lines(file)) {
        assertThat(lines.count()).as("lines of %s", file).isLessThanOrEqualTo(MOST_LINES);
      }
    }
  }

  @Test
  void shouldSayOfEveryPackageWhatItIs() throws IOException {
    for (Path file : mainFiles()) {
      assertThat(file.resolveSibling("package-info.java")).exists();
    }
  }

  private static List<Path> mainFiles() throws IOException {
    try (Stream<Path> files = Files.walk(MAIN)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(found).as("files in %s", MAIN.toAbsolutePath()).isNotEmpty();
      return found;
    }
  }

  private static void onlyIn(String library, String... homes) {
    noClasses()
        .that()
        .resideInAPackage(SERVER + "..")
        .and()
        .resideOutsideOfPackages(homes)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .because(library + " has one door: " + String.join(", ", homes))
        .check(CLASSES);
  }
}
