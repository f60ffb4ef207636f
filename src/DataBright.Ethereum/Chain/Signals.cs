using System.Runtime.InteropServices;

namespace DataBright.Ethereum;

/// <summary>Signals by number; .NET's own process class sends only one of them.</summary>
internal static partial class Signals
{
    /// <summary>Asks a process to end in its own way (SIGTERM).</summary>
    public const int Terminate = 15;

    /// <summary>Ends a process at once (SIGKILL).</summary>
    public const int Kill = 9;

    /// <summary>Sends a signal; to a process that is gone, nothing.</summary>
    public static void Send(int processId, int signal) => _ = kill(processId, signal);

    [LibraryImport("libc")]
    private static partial int kill(int processId, int signal);
}
