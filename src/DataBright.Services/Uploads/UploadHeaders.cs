namespace DataBright.Services.Uploads;

/// <summary>
/// The words of the upload protocol: tus 1.0.0 (tus.io/protocols/resumable-upload), core and the extensions creation, checksum, expiration
/// and termination.
/// </summary>
public static class UploadHeaders
{
    public const string Version = "1.0.0";
    public const string Resumable = "Tus-Resumable";
    public const string Offset = "Upload-Offset";
    public const string Length = "Upload-Length";
    public const string Metadata = "Upload-Metadata";
    public const string Expires = "Upload-Expires";
    public const string Checksum = "Upload-Checksum";

    /// <summary>The body of every piece.</summary>
    public const string ContentType = "application/offset+octet-stream";

    /// <summary>The key in the metadata under which a client says what the whole file will hash to.</summary>
    public const string CidKey = "cid";

    /// <summary>Where a finished file is, as IPFS gateways name it: <c>/ipfs/…</c>.</summary>
    public const string Path = "X-Ipfs-Path";

    /// <summary>The scheme of the Authorization header.</summary>
    public const string Scheme = "DataBright";

    /// <summary>Below the node's address.</summary>
    public const string Route = "api/v1/uploads";
}
