using System.Runtime.InteropServices;

namespace DataBright.Ethereum;

/// <summary>The one signal that .NET's own process class cannot send.</summary>
internal static partial class Signals
{
    private const int Term = 15;

    /// <summary>Asks a process to end in its own way.</summary>
    public static void Terminate(int processId) => _ = kill(processId, Term);

    [LibraryImport("libc")]
    private static partial int kill(int processId, int signal);
}
