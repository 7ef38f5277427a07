package dev.sideband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The {@code sideband} script in a folder without sources, with a Java that only says its line. */
@Timeout(60)
final class LauncherTest {
  private static final Path LAUNCHER = Path.of("../sideband");

  private final Path tools;
  private final Path told;
  private final Path home;

  LauncherTest(@TempDir Path folder) throws IOException {
    tools = Files.createDirectory(folder.resolve("tools"));
    told = folder.resolve("told");
    for (String tool : List.of("mvn", "apt-get", "sudo")) {
      script(tools.resolve(tool), "echo \"$0 $*\" >>'" + told + "'");
    }
    home = Files.createDirectory(folder.resolve("sideband-1"));
    Files.copy(LAUNCHER, home.resolve("sideband"));
    Files.createDirectories(home.resolve("app"));
    for (String jar : List.of("sideband-server.jar", "sideband-cli.jar")) {
      Files.createFile(home.resolve("app").resolve(jar));
    }
    java("17.0.15");
  }

  /** Puts a Java of this version into the folder. */
  private void java(String version) throws IOException {
    Path bin = Files.createDirectories(home.resolve("jre/bin"));
    Files.writeString(home.resolve("jre/release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(bin.resolve("java"), "echo \"$@\"");
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** What would build or install only tells that it was called. */
  @AfterEach
  void nothingIsBuiltOrInstalled() {
    assertThat(told).doesNotExist();
  }

  /** What it said, and its status as the last line. */
  private List<String> run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", home.resolve("sideband").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", tools + ":/usr/bin:/bin");
    builder.environment().put("HOME", home.toString());
    builder.environment().put("JAVA_HOME", home.resolve("jre").toString());
    builder.environment().put("OPENAI_API_KEY", "so that serve needs no native library");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>(said.lines().toList());
    lines.add("status " + process.waitFor());
    return lines;
  }

  @Test
  void shouldRunWhatIsPackedWithoutBuilding() throws Exception {
    assertThat(run("list", "--live")).hasSize(2).last().isEqualTo("status 0");
    assertThat(run("list", "--live").get(0))
        .endsWith("-jar " + home.resolve("app/sideband-cli.jar") + " list --live");
    assertThat(run("serve", "--port", "0").get(0))
        .endsWith("-jar " + home.resolve("app/sideband-server.jar") + " serve --port 0");
    assertThat(home.resolve("target")).doesNotExist();
  }

  @Test
  void shouldSayThatTestsAndPackingNeedTheSources() throws Exception {
    for (String command : List.of("test", "dist")) {
      assertThat(run(command))
          .containsExactly(
              "sideband: " + command + " needs the sources, and this is a distribution",
              "  run it where the repository is checked out",
              "status 2");
      assertThat(run(command, "--help"))
          .contains("Examples", "  ./sideband " + command, "status 0");
    }
  }

  @Test
  void shouldAskForANewerJavaWhenItIsTooOld() throws Exception {
    java("11.0.2");
    assertThat(run("list"))
        .hasSize(3)
        .startsWith("sideband: Java 11 is too old (needed: 17 or newer)")
        .endsWith("status 2")
        .element(1)
        .asString()
        .contains("apt-get install -y openjdk-17-jre-headless");
  }

  @Test
  void shouldSayThatTheArchiveIsBrokenWhenAJarIsMissing() throws Exception {
    Files.delete(home.resolve("app/sideband-cli.jar"));
    assertThat(run("list").get(0)).contains("sideband-cli.jar here: unpack the archive again");
  }
}
