using DataBright.Storage;

namespace DataBright.Node.Uploads;

/// <summary>What is fixed about an upload, and in the end what it became; kept beside its bytes.</summary>
/// <param name="Uploader">The account that began it, or <see cref="ThisMachine"/>.</param>
/// <param name="Length">Bytes of the whole file.</param>
/// <param name="Expected">What the client says the file's address is; null where it does not say.</param>
/// <param name="Expires">When it is swept away unless it is finished; a finished one is then only forgotten.</param>
/// <param name="Finished">The file's address, once all bytes are here.</param>
/// <param name="Metadata">What the client said about the file, as it came; null where it said nothing.</param>
internal sealed record UploadFacts(string Uploader, long Length, Cid? Expected, DateTimeOffset Expires, Cid? Finished = null,
    string? Metadata = null)
{
    /// <summary>Whoever asks from this machine, where that is enough.</summary>
    public const string ThisMachine = "this machine";
}

/// <summary>How far an upload is.</summary>
internal sealed record UploadState(UploadId Id, UploadFacts Facts, long Offset);
