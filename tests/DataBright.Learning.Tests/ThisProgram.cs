namespace DataBright.Learning.Tests;

/// <summary>How these tests start themselves as a child: they may have been started by their own executable or by <c>dotnet</c>.</summary>
internal static class ThisProgram
{
    public static IReadOnlyList<string> With(string word)
    {
        var host = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(host) == "dotnet" ? [host, typeof(ThisProgram).Assembly.Location, word] : [host, word];
    }
}
