/**
 * The root: a process that lets browsers in. It reads what it was told, builds the three rooms, and
 * starts and stops them.
 *
 * <p>{@code door} decides who may come in, {@code proxy} hands calls on to the server as bytes,
 * {@code page} serves the console's files. The rooms know nothing of each other, and none of them
 * knows what a conversation is.
 */
@NullMarked
package dev.sideband.bridge;

import org.jspecify.annotations.NullMarked;
