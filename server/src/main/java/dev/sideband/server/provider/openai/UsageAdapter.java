package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sideband.v1.Usage;

/** Reads what a response or a transcription used; by tokens or by time. */
final class UsageAdapter {

  private UsageAdapter() {}

  static Usage read(JsonNode json) {
    JsonNode in = json.path("input_token_details");
    JsonNode cached = in.path("cached_tokens_details");
    JsonNode out = json.path("output_token_details");
    return Usage.newBuilder()
        .setInputTokens(Json.count(json, "input_tokens"))
        .setOutputTokens(Json.count(json, "output_tokens"))
        .setInputTextTokens(Json.count(in, "text_tokens"))
        .setInputAudioTokens(Json.count(in, "audio_tokens"))
        .setInputImageTokens(Json.count(in, "image_tokens"))
        .setCachedTokens(Json.count(in, "cached_tokens"))
        .setCachedTextTokens(Json.count(cached, "text_tokens"))
        .setCachedAudioTokens(Json.count(cached, "audio_tokens"))
        .setCachedImageTokens(Json.count(cached, "image_tokens"))
        .setOutputTextTokens(Json.count(out, "text_tokens"))
        .setOutputAudioTokens(Json.count(out, "audio_tokens"))
        .setSeconds(Math.max(0, Json.number(json, "seconds")))
        .build();
  }
}
