/**
 * The {@code sideband} terminal client: {@link CliMain} and one class for each command.
 *
 * <p>The root reads arguments, environment, clocks and the terminal, hands them to the rooms below
 * ({@code server}, {@code call}, {@code terminal}, {@code demo}, {@code talk}), and turns failures
 * into words and exit codes. It knows the server by its proto only, and starts one only as a
 * process. Threads: a command runs on the main thread.
 */
@NullMarked
package dev.sideband.cli;

import org.jspecify.annotations.NullMarked;
