using System.Runtime.InteropServices;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Compute.Predictions;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Models;
using DataBright.Market.Sql;
using DataBright.Market.Storage;
using DataBright.Node;
using DataBright.Node.Rest;
using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;

namespace DataBright.Cli.Terminal;

/// <summary>From what the libraries throw to what a person reads.</summary>
internal static partial class Translation
{
    internal const int DiskFull = 28; // ENOSPC

    public static Failure Of(Exception thrown) => thrown is AggregateException { InnerExceptions: [var first, ..] } ? Of(first) : OfMarket(thrown) ?? OfMachine(thrown)
        ?? new(ExitCode.Bug, $"This is a mistake in databright itself, please report it: {thrown}");

    private static Failure? OfMarket(Exception thrown) => thrown switch
    {
        Failure failure => failure,
        RuleBrokenException broken => new(OfKind(broken.Kind), broken.Message),
        RpcException poor when IsPoor(poor) => new(ExitCode.Refused,
            "The account has too little ether to pay for gas. Send it some; on the embedded chain: databright account fund NAME --ether 10"),
        SignerException signer => new(OfSigner(signer.Fault), OneLine(signer.Message)),
        RevertException revert => new(ExitCode.Refused, revert.Message),
        EvaluationRefusedException or BadPlanException => new(ExitCode.Refused, thrown.Message),
        ChainException or RpcException or EmbeddedChainException or MarketMissingException or TransactionPendingException =>
            new(ExitCode.Unreachable, OneLine(thrown.Message)),
        NodeRefusedException refused => new(OfStatus(refused.Status), OneLine(refused.Message)),
        PredictionRefusedException refused => new(OfRefusal(refused.Refusal), refused.Message),
        ModelUnservableException unservable => new(ExitCode.Refused, unservable.Message),
        WeightsSealedException closed => new(ExitCode.Denied, closed.Message),
        PredictionDisputedException disputed => new(ExitCode.CheckFailed, disputed.Message),
        AnswerUntrustedException untrusted => new(ExitCode.CheckFailed, untrusted.Message),
        NodeCannotStartException lacking => new(ExitCode.Usage, lacking.Message),
        ProtocolException refused => new(ExitCode.Refused, refused.Message),
        KeystoreException keystore => new(keystore.IsPassword ? ExitCode.Denied : ExitCode.BadInput, keystore.Message),
        TypeInitializationException { InnerException: DllNotFoundException or BadImageFormatException or EntryPointNotFoundException } or DllNotFoundException =>
            new(ExitCode.Unreachable, NoNativeLibrary(thrown)),
        MalformedInputException => new(ExitCode.BadInput, thrown.Message),
        FormatException or InvalidDataException => new(ExitCode.BadInput, LibraryWords.OfForm(thrown)),
        JsonException json => new(ExitCode.BadInput, LibraryWords.Of(json)),
        _ => null,
    };

    private static string NoNativeLibrary(Exception thrown) =>
        $"A native library cannot be loaded on {RuntimeInformation.RuntimeIdentifier}: {OneLine((thrown.InnerException ?? thrown).Message)} "
        + "docs/platforms.md says which platforms have them, and 'databright doctor' which were found.";

    private static int OfSigner(SignerFault fault) => fault is SignerFault.Declined or SignerFault.AccountNotOffered ? ExitCode.Denied : ExitCode.Unreachable;

    private static int OfStatus(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => ExitCode.NotFound,
        HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError => ExitCode.Unreachable,
        _ => ExitCode.Refused,
    };

    private static int OfRefusal(PredictionRefusal refusal) => refusal switch
    {
        PredictionRefusal.ModelNotServed or PredictionRefusal.ChannelUnknown => ExitCode.NotFound,
        PredictionRefusal.Malformed => ExitCode.BadInput,
        PredictionRefusal.Busy => ExitCode.Unreachable,
        _ => ExitCode.Refused,
    };

    private static Failure? OfMachine(Exception thrown) => thrown switch
    {
        OperationCanceledException => new(ExitCode.Interrupted, "Interrupted; nothing was left running."),
        IOException { InnerException: AddressInUseException } taken => new(ExitCode.Unreachable, $"{OneLine(taken.Message)} Another program listens there; choose another address with --listen."),
        StoreFullException => new(ExitCode.HomeUnusable, thrown.Message),
        IOException full when AtomicFile.IsDiskFull(full) => new(ExitCode.HomeUnusable, "The disk is full; free some space and run the command again."),
        SqliteException full when SqlFaults.Of(full) == SqlFault.Full => new(ExitCode.HomeUnusable, "The disk is full; free some space and run the command again."),
        SqliteException unusable when SqlFaults.Of(unusable) != SqlFault.Statement => new(ExitCode.HomeUnusable, LibraryWords.Of(unusable)),
        SqlFileException { Fault: not SqlFault.Statement } or SchedulerStoreException or IndexDamagedException => new(ExitCode.HomeUnusable, OneLine(thrown.Message)),
        BlobException blob => new(ExitCode.BadInput, blob.Message),
        FileNotFoundException missing => new(ExitCode.BadInput, $"{missing.FileName ?? missing.Message} does not exist."),
        DirectoryNotFoundException missing when InQuotes().Match(missing.Message) is { Success: true } part =>
            new(ExitCode.BadInput, $"The folder {Path.GetDirectoryName(part.Groups["path"].Value)} does not exist."),
        DirectoryNotFoundException missing => new(ExitCode.BadInput, missing.Message),
        UnauthorizedAccessException folder when InQuotes().Match(folder.Message) is { Success: true } named && IsOpenFolder(named.Groups["path"].Value) =>
            new(ExitCode.BadInput, $"{named.Groups["path"].Value} is a folder; a file is expected."),
        UnauthorizedAccessException denied => new(ExitCode.HomeUnusable, $"{denied.Message} Choose another folder with --home, or change its permissions."),
        TimeoutException late => new(ExitCode.Unreachable, OneLine(late.Message)),
        HttpRequestException unreachable => new(ExitCode.Unreachable, $"{LibraryWords.Of(unreachable)} Is the node running, and is its URL right?"),
        IOException failed => new(ExitCode.BadInput, OneLine(failed.Message)),
        _ => null,
    };

    internal static int OfKind(FailureKind kind) => kind switch
    {
        FailureKind.NotFound => ExitCode.NotFound,
        FailureKind.Malformed => ExitCode.BadInput,
        FailureKind.Unavailable => ExitCode.Unreachable,
        _ => ExitCode.Refused,
    };

    private static bool IsPoor(RpcException refused) => Poor().IsMatch(refused.Text);

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

    [GeneratedRegex("insufficient (funds|balance)", RegexOptions.IgnoreCase)]
    private static partial Regex Poor();
}
