/**
 * Talking: {@link TextTalk} by typing, {@link CallTalk} by voice or with a recording, {@link Chat}
 * is what both show of the conversation, {@link Keyboard} where lines come from.
 *
 * <p>The only room that knows JLine. Threads: the command's thread types and waits, a reading
 * thread brings events to the chat. It must not know picocli.
 */
@NullMarked
package dev.sideband.cli.talk;

import org.jspecify.annotations.NullMarked;
