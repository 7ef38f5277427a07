package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;

/**
 * Counts tokens: one for a word, one for 100 ms of the user's audio, one for 50 ms of the
 * assistant's. The rates are OpenAI's for audio; its words are finer.
 */
final class Usage {
  private static final int USER_MS = 100;
  private static final int ASSISTANT_MS = 50;

  private Usage() {}

  /** What a response used. */
  static ObjectNode ofResponse(
      List<? extends JsonNode> read, long userAudioMs, JsonNode said, boolean spoken) {
    int inputText = read.stream().mapToInt(item -> words(textOf(item))).sum();
    int inputAudio = (int) (userAudioMs / USER_MS);
    int outputText = 0;
    for (JsonNode item : said) {
      outputText += words(textOf(item));
    }
    int outputAudio =
        spoken && outputText > 0 ? (int) (speakingTime(outputText).toMillis() / ASSISTANT_MS) : 0;
    ObjectNode usage = Json.object();
    usage.put("total_tokens", inputText + inputAudio + outputText + outputAudio);
    usage.put("input_tokens", inputText + inputAudio);
    usage.put("output_tokens", outputText + outputAudio);
    ObjectNode input = usage.putObject("input_token_details");
    input.put("text_tokens", inputText).put("audio_tokens", inputAudio).put("image_tokens", 0);
    input.put("cached_tokens", 0);
    ObjectNode cached = input.putObject("cached_tokens_details");
    cached.put("text_tokens", 0).put("audio_tokens", 0).put("image_tokens", 0);
    ObjectNode output = usage.putObject("output_token_details");
    output.put("text_tokens", outputText).put("audio_tokens", outputAudio);
    return usage;
  }

  /** What a transcription used: seconds with whisper-1, tokens with everything else. */
  static ObjectNode ofTranscription(String model, double seconds, String transcript) {
    if (model.equals("whisper-1")) {
      return Json.object().put("type", "duration").put("seconds", seconds);
    }
    int input = (int) (seconds * 1_000 / USER_MS);
    int output = words(transcript);
    ObjectNode usage = Json.object().put("type", "tokens").put("total_tokens", input + output);
    usage.put("input_tokens", input).put("output_tokens", output);
    usage.putObject("input_token_details").put("text_tokens", 0).put("audio_tokens", input);
    return usage;
  }

  /** How long the assistant takes to say so many words: 60 ms each, 0.2 to 3 s. */
  static Duration speakingTime(int words) {
    return Duration.ofMillis(Math.min(3_000, Math.max(200, 60L * words)));
  }

  static int words(String text) {
    return text.isBlank() ? 0 : text.strip().split("\\s+", -1).length;
  }

  private static String textOf(JsonNode item) {
    StringBuilder text = new StringBuilder();
    for (JsonNode part : item.path("content")) {
      text.append(part.path("text").asText())
          .append(' ')
          .append(part.path("transcript").asText(""));
    }
    return text.append(' ')
        .append(item.path("output").asText())
        .append(item.path("arguments").asText())
        .toString();
  }
}
