/**
 * What a person sees: {@link Terminal} says what the output can do, {@link Palette} colours it,
 * {@link Screen} prints lines and keeps a live region below them, {@link Waterfall} draws a
 * timeline, {@link EventLine} words one event, {@link EventPrinter} folds a stream of them.
 *
 * <p>Everything is also readable without colours, and without a terminal it is plain text, one
 * finished line after the other. It knows events, but neither gRPC nor media. Threads: a screen
 * belongs to one thread; the rest are values.
 */
@NullMarked
package dev.sideband.cli.terminal;

import org.jspecify.annotations.NullMarked;
