namespace DataBright.Terminal.Processes;

/// <summary>How this program starts itself: it may have been started by its own executable or by <c>dotnet</c>.</summary>
public static class OwnProgram
{
    public static IReadOnlyList<string> With(params IEnumerable<string> words)
    {
        var host = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(host) == "dotnet"
            ? [host, Path.Combine(AppContext.BaseDirectory, "databright.dll"), .. words] : [host, .. words];
    }
}
