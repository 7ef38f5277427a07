/**
 * The root: the only room that knows all others, and nothing knows it.
 *
 * <p>{@link dev.sideband.server.ServerConfig} is what the server was told, read once and checked:
 * {@code Settings} holds what was written and where, {@code SettingsReader} turns words into types,
 * {@code ServerConfigReader} knows the keys. The rest of the room builds everything from it, starts
 * it and stops it. Clocks, environment, threads and randomness are taken here and handed in.
 *
 * <p>This room must not decide anything about a conversation.
 */
@NullMarked
package dev.sideband.server;

import org.jspecify.annotations.NullMarked;
