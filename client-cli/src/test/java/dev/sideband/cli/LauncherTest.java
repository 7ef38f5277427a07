package dev.sideband.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
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
  private Path home;
  private Path jre;

  LauncherTest(@TempDir Path folder) throws IOException {
    tools = Files.createDirectory(folder.resolve("tools"));
    told = folder.resolve("told");
    for (String tool : List.of("mvn", "apt-get", "sudo")) {
      script(tools.resolve(tool), "echo \"$0 $*\" >>'" + told + "'");
    }
    home = Files.createDirectory(folder.resolve("sideband-1"));
    Files.copy(LAUNCHER, home.resolve("sideband"));
    Files.createDirectories(home.resolve("app"));
    for (String jar : List.of("sideband-server.jar", "sideband-bridge.jar", "sideband-cli.jar")) {
      Files.createFile(home.resolve("app").resolve(jar));
    }
    jre = home.resolve("jre");
    java("17.0.15");
  }

  /** Puts a Java of this version into the folder. */
  private void java(String version) throws IOException {
    Path bin = Files.createDirectories(jre.resolve("bin"));
    Files.writeString(jre.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
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

  /** What it said, standard error after standard output, and its status as the last line. */
  private List<String> run(String... arguments) throws Exception {
    return run(Map.of("OPENAI_API_KEY", "so that serve needs no native library"), arguments);
  }

  private List<String> run(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", home.resolve("sideband").toString()));
    command.addAll(List.of(arguments));
    Path errors = home.resolveSibling("errors");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools + ":/usr/bin:/bin");
    builder.environment().put("HOME", home.toString());
    builder.environment().put("JAVA_HOME", jre.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>(said.lines().toList());
    int status = process.waitFor();
    lines.addAll(Files.readAllLines(errors));
    lines.add("status " + status);
    return lines;
  }

  /** The program of a jar that a real Java runs. */
  static final class Said {
    private Said() {}

    public static void main(String[] arguments) {
      System.out.println(String.join(" ", arguments));
    }
  }

  private void packProgram() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Said.class.getName());
    String entry = Said.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(home.resolve("app/sideband-cli.jar"));
        JarOutputStream jar = new JarOutputStream(file, manifest);
        InputStream program =
            requireNonNull(Said.class.getClassLoader()).getResourceAsStream(entry)) {
      jar.putNextEntry(new ZipEntry(entry));
      requireNonNull(program).transferTo(jar);
    }
  }

  /** The one archive that is kept, of whatever was started last. */
  private Path archive() throws IOException {
    try (Stream<Path> kept = Files.list(home.resolve(".cache"))) {
      List<Path> all = kept.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  @Test
  void shouldMakeAnotherArchiveWhenTheFolderIsMoved() throws Exception {
    jre = Path.of(System.getProperty("java.home"));
    packProgram();
    assertThat(run("list")).containsExactly("list", "status 0");
    Path before = archive();
    assertThat(before).isNotEmptyFile();
    home = Files.move(home, home.resolveSibling("moved"));
    assertThat(run("list")).containsExactly("list", "status 0");
    assertThat(archive()).isNotEmptyFile();
    assertThat(archive().getFileName()).isNotEqualTo(before.getFileName());
  }

  @Test
  void shouldKeepTheJvmsWarningsOffStandardOutput() throws Exception {
    jre = Path.of(System.getProperty("java.home"));
    packProgram();
    assertThat(run("list")).containsExactly("list", "status 0");
    Path archive = archive();
    byte[] another = Files.readAllBytes(archive);
    Path jar = home.resolve("app/sideband-cli.jar");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    assertThat(run("list")).containsExactly("list", "status 0");
    archive = archive();
    Files.delete(archive);
    Files.write(archive, another);
    assertThat(run("list"))
        .startsWith("list")
        .anyMatch(line -> line.contains("shared archive"))
        .endsWith("status 0");
  }

  @Test
  void shouldMakeAnotherArchiveWhenJavaOrTheJarChanges() throws Exception {
    List<Path> archives = new ArrayList<>();
    run("list");
    archives.add(archive());
    run("list");
    assertThat(archive()).isEqualTo(archives.get(0));
    java("17.0.16");
    run("list");
    archives.add(archive());
    Path jar = home.resolve("app/sideband-cli.jar");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    run("list");
    archives.add(archive());
    assertThat(archives).doesNotHaveDuplicates();
  }

  @Test
  void shouldRunWhatIsPackedWithoutBuilding() throws Exception {
    assertThat(run("list", "--live")).hasSize(2).last().isEqualTo("status 0");
    assertThat(run("list", "--live").get(0))
        .endsWith("-jar " + home.resolve("app/sideband-cli.jar") + " list --live");
    assertThat(run("serve", "--port", "0").get(0))
        .endsWith("-jar " + home.resolve("app/sideband-server.jar") + " serve --port 0");
    assertThat(run("bridge", "--port", "0").get(0))
        .endsWith("-jar " + home.resolve("app/sideband-bridge.jar") + " bridge --port 0");
    assertThat(home.resolve("target")).doesNotExist();
  }

  @Test
  void shouldSayThatADistributionHasNoPageWhenItWasPackedWithout() throws Exception {
    String said =
        "  The console page is left out: this distribution was packed without it, where Node or npm"
            + " was missing.";
    assertThat(run("bridge", "--port", "0")).hasSize(3).endsWith(said, "status 0");
    Files.writeString(home.resolve("app/sideband-bridge.jar"), "console/index.html");
    assertThat(run("bridge", "--port", "0")).hasSize(2).endsWith("status 0");
  }

  @Test
  void shouldTellOnlyAServerThatWantsAConsoleWhereTheLauncherIs() throws Exception {
    String told = "-Dsideband.launcher=" + home.resolve("sideband") + " ";
    for (String line : List.of("serve", "serve --console-port 0", "serve --console-port=8081")) {
      assertThat(run(line.split(" ", -1)).get(0)).as(line).contains(told);
    }
    for (String line :
        List.of(
            "serve --no-console",
            "serve --console-port off",
            "serve --console-port=off",
            "serve --set console.port=off",
            "serve --help",
            "replay x",
            "loopback")) {
      assertThat(run(line.split(" ", -1)).get(0)).as(line).doesNotContain(told);
    }
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
  void shouldLookForWebRtcsLibrariesOnlyWhereACallIsHeld() throws Exception {
    Path looked = tools.resolveSibling("looked");
    script(tools.resolve("ldconfig"), "echo >'" + looked + "'; exec /sbin/ldconfig \"$@\"");
    for (String line :
        List.of(
            "loopback --media none",
            "loopback --media=none",
            "loopback --version",
            "serve --set loopback.media=none",
            "serve -V",
            "serve --help",
            "demo -V",
            "talk --text")) {
      assertThat(run(Map.of(), line.split(" ", -1))).as(line).last().isEqualTo("status 0");
      assertThat(looked).as(line).doesNotExist();
    }
    for (String line : List.of("loopback", "loopback --media webrtc", "serve", "demo", "talk")) {
      run(Map.of(), line.split(" ", -1));
      assertThat(looked).as(line).exists();
      Files.delete(looked);
    }
  }

  @Test
  void shouldHelpWithoutJava() throws Exception {
    for (String tool : List.of("dirname", "readlink")) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
    }
    Map<String, String> environment = Map.of("PATH", tools.toString(), "JAVA_HOME", "");
    for (String command : List.of("test", "dist")) {
      assertThat(run(environment, command, "--help")).contains("Examples", "status 0");
    }
    assertThat(run(environment, "list")).first().asString().startsWith("sideband: no Java here");
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
