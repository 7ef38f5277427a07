/**
 * How the CLI says that something went wrong: {@link CliException} carries what, where and what to
 * do about it, {@link ExitCode} is what the shell sees.
 *
 * <p>Everything else may throw it; only the root prints it. Threads: none, these are values. It
 * knows nothing of terminals, gRPC or media.
 */
@NullMarked
package dev.sideband.cli.failure;

import org.jspecify.annotations.NullMarked;
