/**
 * The live view of a running server: {@link PageReader} fetches its Prometheus page, {@link
 * Exposition} reads that format, {@link Page} is what one said, {@link Readings} keeps those of the
 * last minute, {@link Figures} is what they amount to, {@link TopView} shows it to a person ({@link
 * TopSheet} makes it fit) and {@link TopReport} to a program. {@link Top} takes turns.
 *
 * <p>Threads: one; another may only close it. It must not know picocli.
 */
@NullMarked
package dev.sideband.cli.top;

import org.jspecify.annotations.NullMarked;
