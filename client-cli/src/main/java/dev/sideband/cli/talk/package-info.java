/**
 * Talking: {@link TextTalk} by typing, {@link CallTalk} by voice or with a recording, {@link Chat}
 * is what both show of the conversation, {@link TalkScreen} where lines come from and go to, {@link
 * LiveView} what moves beneath them.
 *
 * <p>The only room that knows JLine. Threads: the command's thread types and waits, a reading
 * thread brings events to the chat, a ticking one draws what is live. It must not know picocli.
 */
@NullMarked
package dev.sideband.cli.talk;

import org.jspecify.annotations.NullMarked;
