package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which STUN and TURN servers can be configured, and what is said of the others. */
class WebRtcConfigTest {
  private static final String SECRET = "between-us-4716";

  private static WebRtcConfig load(String variable, String... settings) {
    Map<String, String> flags = new LinkedHashMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      flags.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return ServerConfig.load(
            Optional.empty(), flags, name -> Optional.of(SECRET).filter(s -> name.equals(variable)))
        .webRtc();
  }

  private static WebRtcConfig load(String setting) {
    return load("SIDEBAND_TURN_SECRET", setting);
  }

  private static void shouldRefuse(String setting, String expected) {
    assertThatThrownBy(() -> load(setting))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "command line: " + setting.replaceFirst("=", ": ") + " (expected: " + expected + ")");
  }

  @Test
  void shouldNameNoServersUnlessTold() {
    WebRtcConfig unset = load("SIDEBAND_TURN_SECRET", new String[0]);
    assertThat(unset.stunUrls()).isEmpty();
    assertThat(unset.turnUrls()).isEmpty();
    assertThat(unset.turnLifetime()).isEqualTo(Duration.ofHours(2));
  }

  @Test
  void shouldReadServersBetweenCommas() {
    assertThat(load("webrtc.stun-urls=stun:a.example.org , stuns:[::1]:5349").stunUrls())
        .containsExactly("stun:a.example.org", "stuns:[::1]:5349");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stun:192.0.2.1:3478", "stun:localhost", "stuns:a-b.example.org:65535"})
  void shouldTakeStunUrls(String url) {
    assertThat(load("webrtc.stun-urls=" + url).stunUrls()).containsExactly(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "turn:example.org",
        "turn:example.org?transport=udp",
        "turns:example.org:443?transport=tcp",
        "turn:[2001:db8::1]:3478?transport=tcp"
      })
  void shouldTakeTurnUrls(String url) {
    assertThat(load("webrtc.turn-urls=" + url).turnUrls()).containsExactly(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stun://example.org",
        "example.org",
        "turn:example.org",
        "STUN:example.org",
        "stun:",
        "stun:example.org:0",
        "stun:example.org:65536",
        "stun:example.org?transport=udp",
        "stun:[1.2.3.4]",
        "stun:[:::]",
        "stun:exa mple.org",
        "stun:-x",
        "http://example.org"
      })
  void shouldRefuseWhatIsNoStunUrl(String url) {
    shouldRefuse(
        "webrtc.stun-urls=" + url, "stun:HOST[:PORT] or stuns:HOST[:PORT], commas between them");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stun:example.org",
        "turn:example.org?transport=sctp",
        "turn:example.org?transport=TCP",
        "turn:example.org?transport=",
        "turn:example.org/?transport=udp",
        "turns:example.org:99999"
      })
  void shouldRefuseWhatIsNoTurnUrl(String url) {
    shouldRefuse(
        "webrtc.turn-urls=" + url,
        "turn:HOST[:PORT] or turns:HOST[:PORT], with ?transport=udp or =tcp or not, commas between"
            + " them");
  }

  @Test
  void shouldRefuseAnEmptyUrlAndTooMany() {
    assertThatThrownBy(() -> load("webrtc.stun-urls=stun:a.example.org,"))
        .hasMessageStartingWith("command line: webrtc.stun-urls:  (expected: stun:HOST");
    String many = String.join(",", Collections.nCopies(17, "stun:example.org"));
    assertThatThrownBy(() -> load("webrtc.stun-urls=" + many))
        .hasMessage("command line: webrtc.stun-urls: 17 URLs (expected: at most 16)");
  }

  @Test
  void shouldNotRepeatAPasswordThatSomebodyPutIntoAUrl() {
    for (String password : List.of(SECRET, "p@" + SECRET)) {
      assertThatThrownBy(() -> load("webrtc.turn-urls=turn:me:" + password + "@example.org"))
          .hasMessageStartingWith(
              "command line: webrtc.turn-urls: ***@example.org (expected: turn:")
          .hasMessageNotContaining(SECRET);
    }
  }

  @Test
  void shouldSayWhichKeyToSetWhenTurnHasNoSecret() {
    assertThatThrownBy(() -> load("ANOTHER_SECRET", "webrtc.turn-urls=turn:example.org"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "command line: webrtc.turn-urls: turn:example.org (expected: the TURN servers' secret"
                + " (coturn: static-auth-secret), in the environment (webrtc.turn-secret-env) or in"
                + " webrtc.turn-secret-file)");
    assertThat(
            load(
                    "ANOTHER_SECRET",
                    "webrtc.turn-urls=turn:example.org",
                    "webrtc.turn-secret-env=ANOTHER_SECRET")
                .turnSecret())
        .contains(new Secret(SECRET));
  }

  @Test
  void shouldReadTheSecretFromItsFileAndNeverPrintIt(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), SECRET + "\n");
    WebRtcConfig config =
        load("", "webrtc.turn-urls=turn:example.org", "webrtc.turn-secret-file=" + file);
    assertThat(config.turnSecret()).contains(new Secret(SECRET));
    assertThat(config.toString()).contains("***").doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"59s", "0", "31d"})
  void shouldRefuseALifetimeThatNobodyCanMean(String lifetime) {
    assertThatThrownBy(() -> load("webrtc.turn-lifetime=" + lifetime))
        .hasMessageStartingWith("command line: webrtc.turn-lifetime: ")
        .hasMessageEndingWith("ms (expected: 1m to 30d)");
  }
}
