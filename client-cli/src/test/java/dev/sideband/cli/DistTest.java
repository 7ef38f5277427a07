package dev.sideband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./sideband dist} in a folder with few sources, where everything is built already. */
@Timeout(60)
final class DistTest {
  private final Path home;

  DistTest(@TempDir Path folder) throws IOException {
    home = Files.createDirectory(folder.resolve("sources"));
    Files.copy(Path.of("../sideband"), home.resolve("sideband"));
    write(
        "pom.xml",
        "<project>\n<artifactId>sideband-parent</artifactId>\n<version>7</version>\n</project>\n");
    for (String file :
        List.of(
            "LICENSE",
            "README.md",
            "docs/performance.md",
            "otel-config/sdk.yaml",
            "server/DESIGN.md",
            "proto/pom.xml")) {
      write(file, "");
    }
    write("proto/src/main/proto/event.proto", "");
    write("server/src/main/resources/server-sample.yaml", "");
    build("server", "sideband-server.jar", "ours-7.jar");
    build("client-web-bridge", "sideband-bridge.jar", "its-3.jar", "console/index.html");
    build("client-cli", "sideband-cli.jar", "theirs-1.1.jar");
  }

  private void write(String file, String text) throws IOException {
    Files.createDirectories(home.resolve(file).getParent());
    Files.writeString(home.resolve(file), text);
  }

  /** Leaves a module as Maven does, with a library of its own, one of all, and one of long ago. */
  private void build(String module, String jar, String library, String... files)
      throws IOException {
    write(module + "/pom.xml", "");
    write(module + "/src/main/java/Main.java", "");
    for (String each : List.of(library, "a-library-of-all-with-a-long-name-2.jar", "both-1.jar")) {
      write(module + "/target/lib/" + each, "");
    }
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            "lib/" + library + " lib/a-library-of-all-with-a-long-name-2.jar");
    Path target = home.resolve(module).resolve("target");
    try (OutputStream file = Files.newOutputStream(target.resolve(jar));
        JarOutputStream packed = new JarOutputStream(file, manifest)) {
      for (String each : files) {
        packed.putNextEntry(new ZipEntry(each));
      }
      packed.finish();
    }
    write(module + "/target/.built", "");
  }

  private Process start(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("SIDEBAND_BUILDING");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.start();
  }

  private List<String> linesOf(Process process) throws Exception {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().toList();
  }

  @Test
  void shouldPackTheLibrariesThatTheJarsName() throws Exception {
    List<String> said = linesOf(start("bash", home.resolve("sideband").toString(), "dist"));
    Path archive = home.resolve("target/sideband-7.tar.gz");
    assertThat(said).hasSize(2).first().asString().startsWith(archive + "  (");
    assertThat(linesOf(start("tar", "tzf", archive.toString())))
        .contains("sideband-7/otel-config/sdk.yaml")
        .filteredOn(entry -> entry.startsWith("sideband-7/app/"))
        .containsExactlyInAnyOrder(
            "sideband-7/app/",
            "sideband-7/app/sideband-bridge.jar",
            "sideband-7/app/sideband-cli.jar",
            "sideband-7/app/sideband-server.jar",
            "sideband-7/app/lib/",
            "sideband-7/app/lib/a-library-of-all-with-a-long-name-2.jar",
            "sideband-7/app/lib/its-3.jar",
            "sideband-7/app/lib/ours-7.jar",
            "sideband-7/app/lib/theirs-1.1.jar");
  }

  @Test
  void shouldSayThatItPacksABridgeWithoutAPage() throws Exception {
    build("client-web-bridge", "sideband-bridge.jar", "its-3.jar");
    String why = "The console page is left out: Node and npm are missing.";
    write("target/build-client-web-bridge.log", "[INFO] so\n[WARNING] " + why + "\n");
    write("client-web-bridge/target/.built", "v1.2.3\n");
    for (String tool : List.of("node", "npm")) {
      write("tools/" + tool, "#!/bin/sh\necho v1.2.3\n");
      assertThat(home.resolve("tools").resolve(tool).toFile().setExecutable(true)).isTrue();
    }
    List<String> said =
        linesOf(
            start(
                "env",
                "PATH=" + home.resolve("tools") + ":" + System.getenv("PATH"),
                "bash",
                home.resolve("sideband").toString(),
                "dist"));
    assertThat(said).hasSize(3).element(1).isEqualTo("  " + why);
  }

  @Test
  void shouldPackOnlyWhenNoBuildIsUnderWay() throws Exception {
    Path lock = Files.createDirectories(home.resolve("target")).resolve("build.lock");
    Process building = start("flock", lock.toString(), "sh", "-c", "echo held; cat");
    assertThat(building.inputReader().readLine()).isEqualTo("held");
    Process packing = start("bash", home.resolve("sideband").toString(), "dist");
    BufferedReader said = packing.inputReader();
    assertThat(said.readLine()).isEqualTo("waiting for another build ...");
    assertThat(home.resolve("target/dist")).doesNotExist();
    building.getOutputStream().close();
    assertThat(said.readLine()).contains("sideband-7.tar.gz");
    assertThat(packing.waitFor()).isZero();
    assertThat(building.waitFor()).isZero();
  }
}
