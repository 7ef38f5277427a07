package dev.sideband.cli;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sideband completion bash}: lets the shell complete commands and options. */
@Command(
    name = "completion",
    description = "Print a script that lets bash or zsh complete commands and options.",
    footerHeading = "%n@|bold Examples|@%n",
    footer = {
      "  source <(./sideband completion bash)      for this shell",
      "  ./sideband completion bash > ~/.local/share/bash-completion/completions/sideband",
      "  echo 'source <(/opt/sideband/sideband completion zsh)' >> ~/.zshrc"
    })
final class CompletionCommand implements Callable<Integer> {
  private final RootCommand root;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private String shell = "";

  CompletionCommand(RootCommand root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    if (!shell.equals("bash") && !shell.equals("zsh")) {
      throw new CliException(ExitCode.USAGE, "SHELL: " + shell + " (expected: bash or zsh)");
    }
    CommandLine line = CliMain.commandLine(root.environment());
    LauncherCommands.addTo(line);
    root.environment().out().println(AutoComplete.bash("sideband", line));
    return ExitCode.OK.status();
  }
}
