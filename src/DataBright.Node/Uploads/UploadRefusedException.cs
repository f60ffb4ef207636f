namespace DataBright.Node.Uploads;

/// <summary>An upload, or a piece of one, is not taken. The message says why and what to do.</summary>
internal sealed class UploadRefusedException(int status, string message) : RefusedException(KindOf(status), null, message)
{
    /// <summary>Of tus: the piece is not what its checksum says.</summary>
    public const int ChecksumMismatch = 460;

    public int Status { get; } = status;

    private static FailureKind KindOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => FailureKind.NotFound,
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => FailureKind.Denied,
        StatusCodes.Status400BadRequest or ChecksumMismatch => FailureKind.Malformed,
        StatusCodes.Status429TooManyRequests => FailureKind.TooMany,
        StatusCodes.Status503ServiceUnavailable => FailureKind.Unavailable,
        StatusCodes.Status507InsufficientStorage => FailureKind.Full,
        _ => FailureKind.Conflict,
    };

    public static UploadRefusedException Unknown(string id) =>
        new(StatusCodes.Status404NotFound,
            $"There is no upload {(id.Length <= 40 ? id : id[..40] + "…")} of yours here: it never was, or it has expired. Begin again.");

    public static UploadRefusedException DiskFull(string why) =>
        new(StatusCodes.Status507InsufficientStorage, $"This node has no room for it: {why} Try again later, or use another node.");
}
