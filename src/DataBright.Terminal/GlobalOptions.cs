using System.CommandLine;

namespace DataBright.Terminal;

/// <summary>The options every command takes.</summary>
public static class GlobalOptions
{
    public static Option<string?> Home { get; } = new("--home")
    {
        Description = "The data folder (or DATABRIGHT_HOME; default ~/.databright)",
        Recursive = true,
        HelpName = "DIR",
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON document instead of text",
        Recursive = true,
    };

    public static Option<bool> Quiet { get; } = new("--quiet")
    {
        Description = "Say nothing about how far work is, only what it came to",
        Recursive = true,
    };

    public static IReadOnlyList<Option> All { get; } = [Home, Json, Quiet];
}
