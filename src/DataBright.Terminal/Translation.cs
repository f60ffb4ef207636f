using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using DataBright.Ethereum;
using DataBright.Node.Configuration;
using DataBright.Serving;
using DataBright.Storage;
using DataBright.Storage.Sql;
using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;

namespace DataBright.Terminal;

/// <summary>From what the libraries throw to what a person reads.</summary>
public static partial class Translation
{
    public static Failure Of(Exception thrown) =>
        thrown is AggregateException { InnerExceptions: [var first, ..] } ? Of(first) : OfMarket(thrown) ?? OfMachine(thrown)
        ?? new(ExitCode.Bug, $"This is a mistake in databright itself, please report it: {thrown}");

    private static Failure? OfMarket(Exception thrown) => thrown switch
    {
        Failure failure => failure,
        RpcException { IsPoor: true } => new(ExitCode.Refused,
            "The account has too little ether to pay for gas. Send it some; on the embedded chain: databright account fund NAME --ether "
            + "10"),
        // A check that was asked for, the words of the command and the data folder have exit codes of their own.
        PredictionDisputedException or AnswerUntrustedException => new(ExitCode.CheckFailed, thrown.Message),
        NodeCannotStartException lacking => new(ExitCode.Usage, lacking.Message),
        SqlFileException { Fault: SqlFault.Statement } => null,
        DatabaseException or StoreFullException => new(ExitCode.HomeUnusable, OneLine(thrown.Message)),
        BlobException blob => new(ExitCode.BadInput, blob.Message),
        // Somebody whom the market refuses is not somebody without a key.
        RefusedException refused => new(refused.Kind == FailureKind.Denied ? ExitCode.Refused : OfKind(refused.Kind), refused.Message),
        DataBrightException own => new(OfKind(own.Kind), OneLine(own.Message)),
        TypeInitializationException { InnerException: DllNotFoundException or BadImageFormatException or EntryPointNotFoundException }
            or DllNotFoundException =>
            new(ExitCode.Unreachable, NoNativeLibrary(thrown)),
        FormatException or InvalidDataException => new(ExitCode.BadInput, LibraryWords.OfForm(thrown)),
        JsonException json => new(ExitCode.BadInput, LibraryWords.Of(json)),
        _ => null,
    };

    private static string NoNativeLibrary(Exception thrown) =>
        $"A native library cannot be loaded on {RuntimeInformation.RuntimeIdentifier}: "
        + $"{OneLine((thrown.InnerException ?? thrown).Message)} "
        + "docs/platforms.md says which platforms have them, and 'databright doctor' which were found.";

    private static Failure? OfMachine(Exception thrown) => thrown switch
    {
        OperationCanceledException => new(ExitCode.Interrupted, "Interrupted; nothing was left running."),
        IOException { InnerException: AddressInUseException } taken =>
            new(ExitCode.Unreachable, $"{OneLine(taken.Message)} Another program listens there; choose another address with --listen."),
        IOException full when full.IsDiskFull() =>
            new(ExitCode.HomeUnusable, "The disk is full; free some space and run the command again."),
        SqliteException full when SqlFaults.Of(full) == SqlFault.Full =>
            new(ExitCode.HomeUnusable, "The disk is full; free some space and run the command again."),
        SqliteException unusable when SqlFaults.Of(unusable) != SqlFault.Statement => new(ExitCode.HomeUnusable, LibraryWords.Of(unusable)),
        FileNotFoundException missing => new(ExitCode.BadInput, $"{missing.FileName ?? missing.Message} does not exist."),
        DirectoryNotFoundException missing when InQuotes().Match(missing.Message) is { Success: true } part =>
            new(ExitCode.BadInput, $"The folder {Path.GetDirectoryName(part.Groups["path"].Value)} does not exist."),
        DirectoryNotFoundException missing => new(ExitCode.BadInput, missing.Message),
        UnauthorizedAccessException folder
            when InQuotes().Match(folder.Message) is { Success: true } named && IsOpenFolder(named.Groups["path"].Value) =>
            new(ExitCode.BadInput, $"{named.Groups["path"].Value} is a folder; a file is expected."),
        UnauthorizedAccessException denied =>
            new(ExitCode.HomeUnusable, $"{denied.Message} Choose another folder with --home, or change its permissions."),
        TimeoutException late => new(ExitCode.Unreachable, OneLine(late.Message)),
        HttpRequestException unreachable =>
            new(ExitCode.Unreachable, $"{LibraryWords.Of(unreachable)} Is the node running, and is its URL right?"),
        IOException failed => new(ExitCode.BadInput, OneLine(failed.Message)),
        _ => null,
    };

    internal static int OfKind(FailureKind kind) => kind switch
    {
        FailureKind.NotFound => ExitCode.NotFound,
        FailureKind.Malformed or FailureKind.Damaged => ExitCode.BadInput,
        FailureKind.Unavailable => ExitCode.Unreachable,
        FailureKind.Denied => ExitCode.Denied,
        FailureKind.Full => ExitCode.HomeUnusable,
        _ => ExitCode.Refused,
    };

    /// <summary>A folder that may be looked into was taken for a file; one that may not is closed to us.</summary>
    private static bool IsOpenFolder(string path)
    {
        try
        {
            return Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Take(1).Count() >= 0;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    [GeneratedRegex("'(?<path>.+)'")]
    private static partial Regex InQuotes();

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
