namespace DataBright.Node.Watching;

/// <summary>What a process writes to its log.</summary>
public sealed record LogOptions
{
    /// <summary>The usual level, and those of some categories.</summary>
    public IReadOnlyList<LogRule> Rules { get; init; } = [];

    /// <summary>Writes each line as a JSON document.</summary>
    public bool Json { get; init; }

    /// <summary>The level where no category's rule says otherwise; of two the later one counts.</summary>
    internal LogLevel Usual => Rules.LastOrDefault(rule => rule.Category is null)?.Level ?? LogLevel.Warning;
}

/// <summary>From which level on lines are written.</summary>
/// <param name="Category">Of this category and those below it; null for all.</param>
/// <param name="Level">The lowest level.</param>
public sealed record LogRule(string? Category, LogLevel Level)
{
    /// <summary>
    /// This program's own categories. What libraries say below a warning repeats addresses, headers and values of strangers, and is never
    /// written.
    /// </summary>
    internal const string Own = "DataBright";

    private static readonly Dictionary<string, LogLevel> Levels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["trace"] = LogLevel.Trace,
        ["debug"] = LogLevel.Debug,
        ["info"] = LogLevel.Information,
        ["information"] = LogLevel.Information,
        ["warning"] = LogLevel.Warning,
        ["error"] = LogLevel.Error,
        ["critical"] = LogLevel.Critical,
        ["none"] = LogLevel.None,
    };

    /// <summary>Reads <c>LEVEL</c> or <c>CATEGORY=LEVEL</c>.</summary>
    /// <exception cref="FormatException">It is neither, or asks for what is never written.</exception>
    public static LogRule Parse(string text)
    {
        var words = text.Split('=');
        if (words.Length > 2) throw new FormatException($"'{text}' is neither LEVEL nor CATEGORY=LEVEL");
        if (!Levels.TryGetValue(words[^1], out var level))
            throw new FormatException($"'{words[^1]}' is no level: give one of trace, debug, info, warning, error, critical, none");
        if (words.Length == 1) return new LogRule(null, level);
        if (words[0].Length == 0 || !words[0].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_'))
            throw new FormatException($"'{words[0]}' is no category such as {Own}.Node");
        return IsOwn(words[0]) || level >= LogLevel.Warning ? new LogRule(words[0], level) : throw new FormatException(
            $"{words[0]} is a category of a library, which below warnings repeats what strangers send; only {Own} and categories below it "
            + $"can be shown at {words[1]}");
    }

    private static bool IsOwn(string category) => category == Own || category.StartsWith(Own + ".", StringComparison.Ordinal);
}
