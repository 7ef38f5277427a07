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
        .setCostMicroUsd(upToTheMost(a.getCostMicroUsd(), b.getCostMicroUsd()))
        .build();
  }

  /** A sum that went round to less would never reach a budget. */
  private static long upToTheMost(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
