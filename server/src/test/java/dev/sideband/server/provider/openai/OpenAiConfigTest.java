package dev.sideband.server.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.server.provider.CallId;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiConfigTest {
  private static final ApiKey KEY = new ApiKey("sk-hush");

  @Test
  void shouldPrintStarsForTheKey() {
    assertThat(OpenAiConfig.openAi(KEY).toString()).contains("***").doesNotContain("sk-hush");
    assertThatThrownBy(() -> new ApiKey("sk hush\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("***")
        .message()
        .doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://example.com/v1", "ftp://localhost", "https:///v1", "/v1"})
  void shouldRefuseABaseThatAKeyMustNotGoTo(String base) {
    assertThatThrownBy(() -> OpenAiConfig.at("x", URI.create(base), KEY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("base-url: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://example.com/v1", "http://localhost:8080", "http://127.0.0.9/v1"})
  void shouldAcceptHttpsAndThisMachine(String base) {
    assertThat(OpenAiConfig.at("x", URI.create(base), KEY).headers())
        .containsEntry("Authorization", "Bearer sk-hush");
  }

  @Test
  void shouldSendNoKeyWhenThereIsNone() {
    OpenAiConfig config = OpenAiConfig.at("x", URI.create("http://lan:8080/v1"), ApiKey.NONE);

    assertThat(config.headers()).doesNotContainKey("Authorization");
  }

  @Test
  void shouldNameOrganizationAndProject() {
    OpenAiConfig config =
        new OpenAiConfig(
            "OpenAI",
            OpenAiConfig.OPENAI,
            KEY,
            Optional.of("org-1"),
            Optional.of("proj_1"),
            OpenAiConfig.DEFAULT_MODEL,
            OpenAiTimeouts.DEFAULT);

    assertThat(config.headers())
        .containsEntry("OpenAI-Organization", "org-1")
        .containsEntry("OpenAI-Project", "proj_1");
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.openai.com/v1, https://api.openai.com/v1/realtime/calls,"
        + " wss://api.openai.com/v1/realtime?call_id=rtc_x",
    "https://h, https://h/v1/realtime/calls, wss://h/v1/realtime?call_id=rtc_x",
    "https://h/, https://h/v1/realtime/calls, wss://h/v1/realtime?call_id=rtc_x",
    "https://h/v1/, https://h/v1/realtime/calls, wss://h/v1/realtime?call_id=rtc_x",
    "http://h:81/v1/realtime/, http://h:81/v1/realtime/calls,"
        + " ws://h:81/v1/realtime?call_id=rtc_x",
    "https://h/openai/v1?a=b, https://h/openai/v1/realtime/calls?a=b,"
        + " wss://h/openai/v1/realtime?a=b&call_id=rtc_x",
  })
  void shouldMakeEveryAddressFromTheBase(String base, String calls, String sideband) {
    Endpoints endpoints = new Endpoints(URI.create(base));

    assertThat(endpoints.calls()).hasToString(calls);
    assertThat(endpoints.sideband(new CallId("rtc_x"))).hasToString(sideband);
  }

  @Test
  void shouldEncodeWhatItPutsIntoAddresses() {
    Endpoints endpoints = new Endpoints(OpenAiConfig.OPENAI);

    assertThat(endpoints.hangUp(new CallId("a/b?c")))
        .hasToString("https://api.openai.com/v1/realtime/calls/a%2Fb%3Fc/hangup");
    assertThat(endpoints.session("my model"))
        .hasToString("wss://api.openai.com/v1/realtime?model=my%20model");
  }
}
