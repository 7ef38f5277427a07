package dev.sideband.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The walls of the client. Rules are ordinary tests: Surefire 3.5.3 skips {@code @ArchTest}. */
final class ArchitectureTest {
  private static final String CLI = "dev.sideband.cli";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sideband");

  @Test
  void shouldKnowTheServerByItsProtoOnly() {
    assertThat(CLASSES.stream().anyMatch(c -> c.getPackageName().equals(CLI + ".call"))).isTrue();
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.sideband.server..")
        .check(CLASSES);
  }

  @Test
  void shouldHaveNoPackageCycle() {
    slices().matching(CLI + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void shouldPointInward() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("root")
        .definedBy(CLI)
        .layer("stories")
        .definedBy(CLI + ".demo..", CLI + ".talk..", CLI + ".top..", CLI + ".torture..")
        .layer("rooms")
        .definedBy(CLI + ".server..", CLI + ".call..", CLI + ".terminal..")
        .whereLayer("root")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("stories")
        .mayOnlyBeAccessedByLayers("root")
        .check(CLASSES);
    slices()
        .matching(CLI + ".(server|call|terminal)..")
        .should()
        .notDependOnEachOther()
        .check(CLASSES);
  }

  @Test
  void shouldKeepEachLibraryInItsHome() {
    onlyIn("io.grpc..", CLI + ".server");
    onlyIn("dev.onvoid..", CLI + ".call");
    onlyIn("javax.sound..", CLI + ".call");
    onlyIn("org.jline..", CLI + ".talk");
    onlyIn("picocli..", CLI);
  }

  @Test
  void shouldKeepFilesShort() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(sources).isNotEmpty();
      assertThat(sources)
          .allSatisfy(file -> assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(300));
    }
  }

  @Test
  void shouldBeHandedClocksAndEnvironment() {
    noClasses()
        .that()
        .resideInAPackage(CLI + "..")
        .and()
        .resideOutsideOfPackage(CLI)
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "nanoTime")
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

  private static void onlyIn(String library, String home) {
    noClasses()
        .that()
        .resideInAPackage(CLI + "..")
        .and()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .because(library + " has one home: " + home)
        .check(CLASSES);
  }
}
