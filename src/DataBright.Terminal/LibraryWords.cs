using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using DataBright.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace DataBright.Terminal;

/// <summary>
/// What libraries say of a failure is for programmers: it names types, error numbers and inner exceptions. Here it is said for people.
/// </summary>
public static partial class LibraryWords
{
    public static string Of(SqliteException fault) => SqlFaults.Of(fault) switch
    {
        SqlFault.Damaged => "A database in the data folder is damaged. Restore it from a copy, or see: databright index rebuild",
        SqlFault.Busy => "A database in the data folder is held by another process. Wait for it or end it, and run the command again.",
        _ =>
            "A database in the data folder cannot be opened, read or written. Check the folder's permissions and its disk, and run the "
            + "command again.",
    };

    public static string Of(HttpRequestException fault) => fault.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => $"No machine is known {(Where(fault) is { } name ? $"as {name}" : "by that name")}.",
        HttpRequestError.SecureConnectionError =>
            "No secure connection was made: the other side's certificate is not trusted here, or it does not speak https.",
        HttpRequestError.ConnectionError => $"Nobody answers {(Where(fault) is { } place ? $"at {place}" : "there")}.",
        HttpRequestError.ProxyTunnelError => "The proxy does not let it through.",
        HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse =>
            "The other side ended in the middle of its answer, or does not speak HTTP.",
        HttpRequestError.ConfigurationLimitExceeded => "The answer is longer than any that was expected.",
        _ => fault.Message.ReplaceLineEndings(" "),
    };

    /// <summary>The host and port that the library names behind its own words; null where it names none.</summary>
    private static string? Where(HttpRequestException fault) =>
        Endpoint().Match(fault.Message) is { Success: true } found ? found.Groups["at"].Value : null;

    /// <summary>Where a JSON text is not what it should be.</summary>
    public static string Of(JsonException fault) => fault switch
    {
        { Path: { Length: > 2 } path } => $"A JSON text is not what it should be at {TerminalWording.Cut(path[2..], 80)}.",
        { LineNumber: { } line } => $"A JSON text is not what it should be in line {line + 1}.",
        _ => "A JSON text is not what it should be.",
    };

    /// <summary>
    /// Why a document is none, as a part of a sentence: in our own words where we found it, by the place where the library did.
    /// </summary>
    public static string OfDocument(Exception fault) => fault switch
    {
        _ when !IsOfLibrary(fault) => fault.Message.ReplaceLineEndings(" ").TrimEnd('.'),
        JsonException { Path: { Length: > 2 } path } => $"it is not what it should be at {TerminalWording.Cut(path[2..], 80)}",
        JsonException { LineNumber: { } line } => $"it is not what it should be in line {line + 1}",
        _ => "it is not of the form that is expected",
    };

    /// <summary>
    /// What this program threw says what is wrong; what came from below says it of something that nobody here has heard of.
    /// </summary>
    public static string OfForm(Exception fault) =>
        IsOfLibrary(fault) ? "A text or file is not of the form that is expected." : fault.Message;

    /// <summary>What is wrong with the words of a command.</summary>
    public static string OfParsing(string message)
    {
        if (Unparsed().Match(message) is not { Success: true } found) return message;
        var kind = found.Groups["type"].Value switch
        {
            "System.Int32" or "System.Int64" or "System.UInt64" => "a whole number",
            "System.Single" or "System.Double" or "System.Decimal" => "a number",
            "System.Boolean" => "true or false",
            "System.Uri" => "a URL such as http://127.0.0.1:8545",
            _ => "another kind of value",
        };
        return $"'{found.Groups["text"].Value}' is not what "
            + $"{(found.Groups["name"] is { Success: true, Value: var name } ? name : "the command")} takes: {kind}";
    }

    private static bool IsOfLibrary(Exception fault) =>
        new StackTrace(fault).GetFrame(0)?.GetMethod()?.DeclaringType?.Assembly.GetName().Name is { } thrower
        && !thrower.StartsWith("DataBright", StringComparison.Ordinal) && !thrower.StartsWith("databright", StringComparison.Ordinal);

    [GeneratedRegex(@"\((?<at>[^()\s]+:\d+)\)\s*$")]
    private static partial Regex Endpoint();

    [GeneratedRegex("^Cannot parse argument '(?<text>.*?)' (?:for (?:option|command|argument) '(?<name>[^']*)' )?as expected type "
        + "'(?<type>[^']*)'")]
    private static partial Regex Unparsed();
}
