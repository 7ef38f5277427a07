package dev.sideband.cli.talk;

/** How loud it is just now, as peaks from 0 to 32767. Any thread may ask. */
interface Levels {
  /** What goes out. */
  int microphone();

  /** What comes in. */
  int heard();
}
