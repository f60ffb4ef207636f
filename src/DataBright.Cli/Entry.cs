using System.CommandLine;
using DataBright.Terminal;

namespace DataBright.Cli;

/// <summary>The whole program as a function of its words: what it prints goes to two writers, what it comes to is its exit code.</summary>
internal static class Entry
{
    private static readonly RootCommand Root = Commands.Root();

    public static async Task<int> RunAsync(string[] words, TextWriter standard, TextWriter error, CancellationToken stop)
    {
        var parsed = Root.Parse(words.Length == 0 ? ["--help"] : words);
        var output = Output.For(parsed, standard, error);
        if (parsed.Errors.Count > 0)
            return Failure.Usage(parsed).Report(output);
        var surroundings = new InvocationConfiguration { Output = standard, Error = error, EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null };
        try
        {
            return await parsed.InvokeAsync(surroundings, stop);
        }
        catch (Exception thrown)
        {
            return Translation.Of(thrown).Report(output);
        }
    }
}
