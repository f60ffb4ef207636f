namespace DataBright.Cli.Processes;

/// <summary>How this program starts itself: it may have been started by its own executable or by <c>dotnet</c>.</summary>
internal static class OwnProgram
{
    public static IReadOnlyList<string> With(params IEnumerable<string> words)
    {
        var host = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(host) == "dotnet" ? [host, typeof(OwnProgram).Assembly.Location, .. words] : [host, .. words];
    }
}
