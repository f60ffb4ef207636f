using System.Diagnostics;
using System.Text;
using DataBright.Cli.Completion;

namespace DataBright.Cli.Tests.Completion;

/// <summary>A real shell that is asked what it would offer, by the script that the program prints for it.</summary>
/// <param name="Name">Its program.</param>
/// <param name="Script">What it loads.</param>
/// <param name="Words">How it is started with a file to run.</param>
/// <param name="Drive">From the words before the cursor, as they would be typed, and the word at it, to a program that prints one candidate
/// a line.</param>
internal sealed record Shell(string Name, string Script, string[] Words, Func<IReadOnlyList<string>, string, string> Drive)
{
    public static IReadOnlyList<Shell> All { get; } =
    [
        new("bash", new BashCommand().Script, ["--norc", "--noprofile"], (before, current) =>
            $"COMP_WORDS=({string.Join(' ', before.Append(current).Select(Single))}); COMP_CWORD={before.Count}; _databright; "
            + $"((${{#COMPREPLY[@]}})) && printf '%s\\n' \"${{COMPREPLY[@]}}\""),
        // What the completion system would be told: an editor of lines is not there in a script.
        new("zsh", $"compdef() {{ : }}; compadd() {{ print -rl -- ${{(P)2}} }}; _files() {{ print files }}\n{new ZshCommand().Script}",
            ["-f"], (before, current) =>
            $"words=({string.Join(' ', before.Append(current).Select(Single))}); CURRENT={before.Count + 1}; PREFIX={Single(current)}; "
            + "_databright"),
        new("fish", new FishCommand().Script, ["--no-config"], (before, current) =>
            $"complete -C {Fish(string.Join(' ', before.Append(current)))} | string split -f1 \\t"),
        new("pwsh", new PowerShellCommand().Script, ["-NoProfile", "-NonInteractive", "-File"], (before, current) =>
            $"$line = '{string.Join(' ', before.Append(current)).Replace("'", "''", StringComparison.Ordinal)}'; "
            + "([System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, "
            + "$null)).CompletionMatches.CompletionText"),
    ];

    /// <summary>What it offers, in order.</summary>
    /// <param name="folder">Where the program is that is completed; the shell works there.</param>
    /// <param name="home">The data folder.</param>
    /// <param name="before">The words before the cursor, as they are typed.</param>
    /// <param name="current">The word at the cursor.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such shell here.</exception>
    public string[] Offers(string folder, string home, IReadOnlyList<string> before, string current)
    {
        var file = Path.Combine(folder, Name == "pwsh" ? "drive.ps1" : "drive");
        File.WriteAllText(file, $"{Script}\n{Drive(before, current)}\n");
        var start = new ProcessStartInfo(Name, [.. Words, file]) { RedirectStandardOutput = true, RedirectStandardError = true,
            WorkingDirectory = folder, StandardOutputEncoding = Encoding.UTF8 };
        start.Environment["PATH"] = $"{folder}{Path.PathSeparator}{start.Environment["PATH"]}";
        start.Environment["HOME"] = folder;
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["DATABRIGHT_HOME"] = home;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        error.GetAwaiter().GetResult().ShouldBeEmpty();
        return output.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Single(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Fish(string line) =>
        $"'{line.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
