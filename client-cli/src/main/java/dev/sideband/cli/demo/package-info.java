/**
 * The demo: one whole conversation, checked. {@link DemoRun} drives the call and the server, {@link
 * DemoStory} is what happened so far and what is still missing, {@link DemoView} tells it to a
 * person and {@link DemoReport} to a program.
 *
 * <p>Threads: native and reading threads only put a {@link Happening} into a bounded queue; the
 * thread that runs the demo owns everything else. It must not know picocli.
 */
@NullMarked
package dev.sideband.cli.demo;

import org.jspecify.annotations.NullMarked;
