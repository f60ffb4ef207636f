using DataBright.Terminal;

namespace DataBright.Cli.Completion;

internal sealed class CompletionNoun() : Noun("completion", "Completion for shells",
    new BashCommand(), new ZshCommand(), new FishCommand(), new PowerShellCommand());
