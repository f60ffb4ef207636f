namespace DataBright.Node.Uploads;

/// <summary>An upload, or a piece of one, is not taken. The message says why and what to do.</summary>
internal sealed class UploadRefusedException(int status, string message) : Exception(message)
{
    /// <summary>Of tus: the piece is not what its checksum says.</summary>
    public const int ChecksumMismatch = 460;

    public int Status { get; } = status;

    public static UploadRefusedException Unknown(string id) =>
        new(StatusCodes.Status404NotFound, $"There is no upload {(id.Length <= 40 ? id : id[..40] + "…")} of yours here: it never was, or it has expired. Begin again.");

    public static UploadRefusedException DiskFull(string why) =>
        new(StatusCodes.Status507InsufficientStorage, $"This node has no room for it: {why} Try again later, or use another node.");
}
