using System.CommandLine;
using DataBright.Cli.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Completion;

/// <summary>Prints what bash needs to complete commands and options.</summary>
internal sealed class BashCommand() : Verb("bash", "Print the completion script for bash", "completion bash >> ~/.bashrc")
{
    private const string Script =
        """
        _databright() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _databright databright ./databright
        """;

    protected override Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        output.Show(new { shell = "bash", script = Script }, console => console.Profile.Out.Writer.WriteLine(Script));
        return Task.FromResult(ExitCode.Done);
    }
}
