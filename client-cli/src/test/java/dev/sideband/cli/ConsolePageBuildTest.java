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
 * {@code ./sideband bridge} where the page's tools come and go. The launcher and the page's build
 * are the real ones; Maven only runs that build, and packs the names of the files that it made.
 */
@Timeout(60)
final class ConsolePageBuildTest {
  private static final Path BUILD = Path.of("client-web-bridge/src/main/web/build");
  private static final String NO_NODE =
      "  The console page is left out: Node and npm are missing. On Debian and Ubuntu:  sudo apt-get"
          + " install -y nodejs npm";
  private static final String TRY_AGAIN =
      " from npm. Where npm answers:  touch client-web-bridge/pom.xml && ./sideband serve";
  private static final List<String> PROGRAMS =
      List.of(
          "awk",
          "bash",
          "cat",
          "cksum",
          "cp",
          "cut",
          "dirname",
          "env",
          "find",
          "flock",
          "grep",
          "head",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sh",
          "stat",
          "touch");

  private final Path home;
  private final Path tools;
  private final Path system;

  ConsolePageBuildTest(@TempDir Path folder) throws IOException {
    home = Files.createDirectory(folder.resolve("sources"));
    tools = Files.createDirectory(folder.resolve("tools"));
    system = Files.createDirectory(folder.resolve("system"));
    for (String program : PROGRAMS) {
      Files.createSymbolicLink(system.resolve(program), Path.of("/usr/bin", program));
    }
    Files.createDirectories(home.resolve("proto/src/main/proto"));
    Files.createDirectories(home.resolve(BUILD).getParent());
    Files.copy(Path.of("../sideband"), home.resolve("sideband"));
    Files.copy(Path.of("..").resolve(BUILD), home.resolve(BUILD));
    for (String pom : List.of("pom.xml", "proto/pom.xml", "client-web-bridge/pom.xml")) {
      Files.createFile(home.resolve(pom));
    }
    Files.createDirectories(home.resolve("client-web-bridge/target"));
    tool(
        "mvn",
        "cd '" + home.resolve("client-web-bridge/target") + "'",
        "'" + home.resolve(BUILD) + "' true || exit",
        "find . -type f -path '*/console/*' >sideband-bridge.jar");
    Path bin = Files.createDirectories(folder.resolve("jdk/bin"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.15\"\n");
    script(bin.resolve("javac"), "");
    script(bin.resolve("java"), "echo \"java $*\"");
  }

  private void tool(String name, String... does) throws IOException {
    script(tools.resolve(name), does);
  }

  private static void script(Path file, String... lines) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** A Node, new enough for Vite or not, and an npm that fetches everything, or nothing. */
  private void node(String version, boolean isNewEnough, boolean isOnline) throws IOException {
    tool("node", "[ \"$1\" = --version ] && echo " + version + " && exit", exit(isNewEnough));
    tool(
        "npm",
        "console=../../../target/classes/console",
        "[ \"$1\" != run ] && " + exit(isOnline),
        "mkdir -p $console && touch $console/index.html $console/sideband-web.tgz");
  }

  private static String exit(boolean isGood) {
    return isGood ? "exit 0" : "exit 1";
  }

  /** What a bridge said, standard error after standard output, and its status as the last line. */
  private List<String> bridge(String... options) throws Exception {
    Path errors = home.resolveSibling("errors");
    ProcessBuilder builder =
        new ProcessBuilder("bash", home.resolve("sideband").toString(), "bridge");
    builder.command().addAll(List.of(options));
    builder.redirectError(errors.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH", tools + ":" + system,
                "HOME", home.toString(),
                "JAVA_HOME", home.resolveSibling("jdk").toString()));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).startsWith("java ").contains("sideband-bridge.jar bridge");
    assertThat(process.waitFor()).isZero();
    return Files.readAllLines(errors);
  }

  private static List<String> built(List<String> said) {
    return said.stream().filter(line -> line.startsWith("built ")).toList();
  }

  @Test
  void shouldSayAtEachStartThatThereIsNoPage() throws Exception {
    List<String> first = bridge();
    assertThat(built(first)).hasSize(1);
    assertThat(first).containsOnlyOnce(NO_NODE).endsWith(NO_NODE);
    assertThat(bridge()).containsExactly(NO_NODE);
    assertThat(bridge("--json", "--until-stdin-closes")).containsExactly(NO_NODE);
    assertThat(bridge("--help")).isEmpty();
  }

  @Test
  void shouldBuildThePageWhenNodeHasCome() throws Exception {
    bridge();
    node("v22.12.0", true, true);
    assertThat(built(bridge())).hasSize(1);
    assertThat(bridge()).isEmpty();
  }

  @Test
  void shouldKeepThePageWhenNodeHasGone() throws Exception {
    node("v22.12.0", true, true);
    assertThat(built(bridge())).hasSize(1);
    Files.delete(tools.resolve("node"));
    assertThat(bridge()).isEmpty();
  }

  @Test
  void shouldLeaveThePageOutWhenItsLibrariesCannotBeFetched() throws Exception {
    node("v22.12.0", true, false);
    String why = "  The console page is left out: its libraries could not be fetched" + TRY_AGAIN;
    assertThat(bridge()).endsWith(why);
    assertThat(bridge()).as("not built at each start").containsExactly(why);
  }

  @Test
  void shouldLeaveThePageOutWhenNodeIsTooOldAndANewerOneCannotBeFetched() throws Exception {
    node("v18.19.0", false, false);
    String why =
        "  The console page is left out: Node 20.19 or newer is missing, and could not be fetched"
            + TRY_AGAIN;
    assertThat(bridge()).endsWith(why);
    assertThat(bridge()).containsExactly(why);
    node("v22.12.0", true, true);
    assertThat(built(bridge())).hasSize(1);
  }
}
