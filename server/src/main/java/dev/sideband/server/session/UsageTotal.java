package dev.sideband.server.session;

import dev.sideband.v1.Usage;

/** Adds up what a conversation cost. */
final class UsageTotal {
  private UsageTotal() {}

  static Usage sum(Usage a, Usage b) {
    return Usage.newBuilder()
        .setInputTokens(a.getInputTokens() + b.getInputTokens())
        .setOutputTokens(a.getOutputTokens() + b.getOutputTokens())
        .setInputTextTokens(a.getInputTextTokens() + b.getInputTextTokens())
        .setInputAudioTokens(a.getInputAudioTokens() + b.getInputAudioTokens())
        .setInputImageTokens(a.getInputImageTokens() + b.getInputImageTokens())
        .setCachedTokens(a.getCachedTokens() + b.getCachedTokens())
        .setCachedTextTokens(a.getCachedTextTokens() + b.getCachedTextTokens())
        .setCachedAudioTokens(a.getCachedAudioTokens() + b.getCachedAudioTokens())
        .setCachedImageTokens(a.getCachedImageTokens() + b.getCachedImageTokens())
        .setOutputTextTokens(a.getOutputTextTokens() + b.getOutputTextTokens())
        .setOutputAudioTokens(a.getOutputAudioTokens() + b.getOutputAudioTokens())
        .setSeconds(a.getSeconds() + b.getSeconds())
        .setCostMicroUsd(a.getCostMicroUsd() + b.getCostMicroUsd())
        .build();
  }
}
