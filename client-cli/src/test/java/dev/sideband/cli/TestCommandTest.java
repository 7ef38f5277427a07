package dev.sideband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./sideband test} on a machine where programs only say that they were called, and Maven
 * prints what a test wants it to.
 */
@Timeout(60)
final class TestCommandTest {
  private static final String LEFT_OUT = "The browser tests are left out: Chromium is missing.";

  private final Path home;
  private final Path tools;
  private final Path called;

  TestCommandTest(@TempDir Path folder) throws IOException {
    home = Files.createDirectory(folder.resolve("sources"));
    tools = Files.createDirectory(folder.resolve("tools"));
    called = Files.createFile(folder.resolve("called"));
    Files.copy(Path.of("../sideband"), home.resolve("sideband"));
    Files.createFile(home.resolve("pom.xml"));
    for (String tool : List.of("npm", "chromium", "promtool", "apt-get", "dpkg-deb", "sudo")) {
      tool(tool, "");
    }
    tool("node", "echo v22.0.0");
    // WebRTC's libraries are all there.
    tool("uname", "echo Another");
    mvn(0);
  }

  private void tool(String name, String does) throws IOException {
    Path tool = tools.resolve(name);
    Files.writeString(
        tool, "#!/bin/sh\necho \"" + name + " $*\" >>'" + called + "'\n" + does + "\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
  }

  private void mvn(int status) throws IOException {
    tool("mvn", "echo '[WARNING] " + LEFT_OUT + "'\necho '[INFO] so it ends'\nexit " + status);
  }

  /** What it printed, standard error after standard output, and its status as the last line. */
  private List<String> test(String... options) throws Exception {
    Path errors = home.resolveSibling("errors");
    ProcessBuilder builder =
        new ProcessBuilder("bash", home.resolve("sideband").toString(), "test");
    builder.command().addAll(List.of(options));
    builder.redirectError(errors.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH", tools + ":" + withoutBrowsers(),
                "HOME", home.toString(),
                "JAVA_HOME", System.getProperty("java.home")));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    return (said + Files.readString(errors) + "status " + status).lines().toList();
  }

  /** Programs that the launcher itself needs, and none that a test looks for. */
  private Path withoutBrowsers() throws IOException {
    Path system = home.resolveSibling("system");
    if (!Files.exists(system)) {
      Files.createDirectory(system);
      for (String name :
          List.of(
              "awk",
              "basename",
              "bash",
              "cat",
              "dirname",
              "env",
              "find",
              "flock",
              "mkdir",
              "readlink",
              "rm",
              "sed",
              "sh",
              "tail",
              "tee")) {
        Files.createSymbolicLink(system.resolve(name), Path.of("/usr/bin", name));
      }
    }
    return system;
  }

  private List<String> called() throws IOException {
    return Files.readAllLines(called);
  }

  @Test
  void shouldSayAtTheEndWhatWasLeftOut() throws Exception {
    assertThat(test())
        .containsExactly("[WARNING] " + LEFT_OUT, "[INFO] so it ends", "  " + LEFT_OUT, "status 0");
  }

  @Test
  void shouldFailWhenMavenDoes() throws Exception {
    mvn(7);
    assertThat(test()).endsWith("  " + LEFT_OUT, "status 7");
  }

  @Test
  void shouldGoOnWithoutABrowserWhenThereIsNone() throws Exception {
    Files.delete(tools.resolve("chromium"));
    tool("apt-get", "exit 1");
    tool("sudo", "exit 1");
    assertThat(test()).endsWith("  " + LEFT_OUT, "status 0");
  }

  @Test
  void shouldGetNothingWhenCertainTestsAreAskedFor() throws Exception {
    Files.delete(tools.resolve("chromium"));
    Files.delete(tools.resolve("promtool"));
    String all = "mvn -B -ntp -f " + home.resolve("pom.xml") + " verify ";
    for (String[] options :
        new String[][] {{"-Dtest=TextsTest"}, {"-DskipTests"}, {"-pl", "proto,client-cli"}}) {
      Files.writeString(called, "");
      assertThat(test(options)).endsWith("status 0");
      assertThat(called()).contains(all + String.join(" ", options));
      assertThat(called()).noneMatch(line -> line.matches("(apt-get|sudo|dpkg-deb) .*"));
    }
  }

  @Test
  void shouldUnpackPromtoolWhenThereIsNone() throws Exception {
    Files.delete(tools.resolve("promtool"));
    tool("apt-get", ": >prometheus_2.deb");
    assertThat(test()).endsWith("status 0");
    assertThat(called()).contains("apt-get download prometheus", "dpkg-deb -x prometheus_2.deb .");
    assertThat(home.resolve("target/promtool")).isEmptyDirectory();
  }
}
