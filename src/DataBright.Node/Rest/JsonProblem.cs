using DataBright.Market;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DataBright.Node.Rest;

/// <summary>
/// What is wrong with a JSON text, for whoever wrote it. The reader's own words name types of this program, which say nothing to them.
/// </summary>
internal static partial class JsonProblem
{
    private const int MaxCharacters = 80;

    /// <summary>Such as <c> at inputs[0][3]</c>, or <c> in line 2</c> where it is no JSON; empty where neither is known.</summary>
    public static string Place(JsonException fault) => fault switch
    {
        { Path: { Length: > 2 } path } => $" at {PlainText.Cut(path[2..], MaxCharacters)}",
        { LineNumber: { } line } => $" in line {line + 1}",
        _ => "",
    };

    /// <summary>A sentence about it. What a type of ours said of its text is kept.</summary>
    public static string Words(JsonException fault)
    {
        if (IsOurs(fault)) return fault.Message;
        if (Missing().Match(fault.Message) is { Success: true } missing)
            return $"It lacks {PlainText.Cut(missing.Groups["names"].Value.TrimEnd('.'), MaxCharacters)}.";
        if (fault.Message.Contains("Duplicate", StringComparison.OrdinalIgnoreCase)) return "A name stands there twice.";
        if (fault.Message.Contains("mapped", StringComparison.Ordinal)) return "Nothing of that name is expected.";
        return fault.InnerException is JsonException
            ? $"It is no JSON from place {fault.BytePositionInLine + 1} of line {fault.LineNumber + 1} on."
            : "Another kind of value is expected there.";
    }

    private static bool IsOurs(JsonException fault) => !fault.Message.Contains("LineNumber:", StringComparison.Ordinal)
        && !Missing().IsMatch(fault.Message) && !TypeName().IsMatch(fault.Message);

    [GeneratedRegex("missing required properties including: (?<names>.*)$")]
    private static partial Regex Missing();

    [GeneratedRegex(@"\b(System|DataBright)\.[A-Z]")]
    private static partial Regex TypeName();
}
