using System.Security.Cryptography;
using System.Text.Json;

namespace DataBright;

/// <summary>Tells what the framework throws apart as the root of our own failures tells ours.</summary>
public static class FailureExtensions
{
    /// <summary>
    /// Whether bytes or texts that somebody else wrote could not be read: what parsers, readers of JSON and of keys throw. Only for code
    /// that does nothing but read, for the framework throws the same for mistakes of a program. Failures of ours are none: they say what is
    /// wrong already.
    /// </summary>
    public static bool IsUnreadable(this Exception fault) => fault switch
    {
        FormatException or OverflowException or ArgumentException or InvalidDataException or EndOfStreamException => true,
        JsonException or KeyNotFoundException or NotSupportedException or CryptographicException => true,
        InvalidOperationException => fault is not ObjectDisposedException,
        _ => false,
    };

    /// <summary>
    /// Whether a file or folder could not be used: it is not there, is not ours, is held by another program, or the disk failed.
    /// </summary>
    public static bool IsOfFile(this Exception fault) => fault is IOException or UnauthorizedAccessException;

    /// <summary>Whether there is no room for what would be kept.</summary>
    public static bool IsFull(this Exception fault) =>
        fault is DataBrightException { Kind: FailureKind.Full } || fault is IOException file && IsDiskFull(file);

    /// <summary>Whether the disk, or a quota, has no room left.</summary>
    public static bool IsDiskFull(this IOException fault)
    {
        const int WindowsDiskFull = unchecked((int)0x80070070), WindowsHandleDiskFull = unchecked((int)0x80070027);
        const int TooLarge = 27, NoSpace = 28, QuotaOnLinux = 122, QuotaOnMac = 69;
        return fault.HResult is WindowsDiskFull or WindowsHandleDiskFull or TooLarge or NoSpace or QuotaOnLinux or QuotaOnMac;
    }
}
