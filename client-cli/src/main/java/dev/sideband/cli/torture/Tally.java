package dev.sideband.cli.torture;

/** How much has happened: inputs are those that were acknowledged to their caller. */
record Tally(long kills, long events, long inputs, long rejoins) {}
