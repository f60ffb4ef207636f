using System.CommandLine;
using DataBright.Terminal;

namespace DataBright.Cli.Completion;

/// <summary>
/// Prints what a shell needs to complete commands, options and values. Every script asks the program itself: the words before the
/// cursor go to it as one line, each in double quotes, and the shell keeps what begins as the word at the cursor does. Options are
/// offered to whoever has typed a dash; where the program has nothing to offer, the shell offers files. No script evaluates a candidate.
/// </summary>
internal abstract class CompletionVerb(string shell, string description, string example, string script) : Verb(shell, description, example)
{
    /// <summary>The script.</summary>
    public string Script => script;

    protected override Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        output.Show(new { shell = Name, script }, console => console.Profile.Out.Writer.WriteLine(script));
        return Task.FromResult(ExitCode.Done);
    }
}
