using System.Net.Sockets;
using DataBright.Compute.Disputes;
using DataBright.Storage;
using DataBright.Storage.Sql;

namespace DataBright.Compute.Scheduler;

/// <summary>What a failure says about trying again.</summary>
internal static class Faults
{
    /// <summary>A failure that nobody foresaw is tried this often; then the job is given up.</summary>
    public const int MaxUnforeseen = 12;

    private const int MaxLetters = 500;

    /// <summary>Whether others failed, who may be back before the job's deadline: the chain, the referee, the files.</summary>
    public static bool IsPassing(Exception fault) =>
        fault is DataBrightException { Kind: not (FailureKind.Malformed or FailureKind.Invalid) } and not DatabaseException
            or BlobException or EvidenceException or HttpRequestException or SocketException or TimeoutException
            or OperationCanceledException or IOException
        || (fault is AggregateException { InnerExceptions: { Count: > 0 } all } && all.All(IsPassing));

    /// <summary>A failure in words, on one line and of bounded length, whoever wrote it.</summary>
    public static string Words(Exception fault)
    {
        var text = fault.Message.ReplaceLineEndings(" ").Trim();
        if (text.Length == 0 || !IsPassing(fault)) text = $"{fault.GetType().Name}: {text}";
        return Short(text);
    }

    /// <summary>Words that may be a stranger's, no longer than a list shows.</summary>
    public static string Short(string text) => text.Length <= MaxLetters ? text : string.Concat(text.AsSpan(0, MaxLetters), "…");
}
