using System.Diagnostics;

namespace DataBright.Architecture.Patches;

/// <summary>Runs a program to its end.</summary>
internal static class Tool
{
    /// <returns>What it says of its failure; nothing where it succeeds.</returns>
    public static string Run(string program, IEnumerable<string> arguments, string folder, params (string Name, string Value)[] environment)
    {
        var (code, said) = Ask(program, arguments, folder, environment);
        return code == 0 ? "" : $"{program} ended with {code}: {said}";
    }

    /// <returns>Its exit code, and all that it wrote.</returns>
    public static (int Code, string Said) Ask(
        string program, IEnumerable<string> arguments, string folder, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program,
            arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said + errors.GetAwaiter().GetResult());
    }
}
