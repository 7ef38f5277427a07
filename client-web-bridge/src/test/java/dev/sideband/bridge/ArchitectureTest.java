package dev.sideband.bridge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The walls of the bridge. Rules are ordinary tests: Surefire 3.5.3 skips {@code @ArchTest}. */
final class ArchitectureTest {
  private static final String BRIDGE = "dev.sideband.bridge";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sideband");

  @Test
  void shouldKnowNeitherTheServerNorAnotherClient() {
    assertThat(CLASSES.stream().anyMatch(c -> c.getPackageName().equals(BRIDGE + ".proxy")))
        .isTrue();
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.sideband.server..", "dev.sideband.cli..")
        .check(CLASSES);
  }

  @Test
  void shouldHaveRoomsThatKnowNothingOfEachOther() {
    slices().matching(BRIDGE + ".(*)..").should().notDependOnEachOther().check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(BRIDGE + ".*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(BRIDGE)
        .because("the root knows the rooms, and nothing knows the root")
        .check(CLASSES);
  }

  @Test
  void shouldLookIntoNoMessage() {
    noClasses()
        .that()
        .resideInAPackage(BRIDGE + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.google.protobuf..")
        .check(CLASSES);
  }

  @Test
  void shouldKeepEachLibraryInItsHome() {
    onlyIn("io.grpc..", BRIDGE + ".proxy");
    onlyIn("dev.sideband.v1..", BRIDGE + ".proxy");
    onlyIn("picocli..", BRIDGE);
  }

  private static void onlyIn(String library, String home) {
    noClasses()
        .that()
        .resideInAPackage(BRIDGE + "..")
        .and()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .because(library + " has one home: " + home)
        .check(CLASSES);
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
}
