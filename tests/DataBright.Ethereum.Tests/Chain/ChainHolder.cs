using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace DataBright.Ethereum.Chain;

/// <summary>
/// A process that holds a chain until it is killed: this very program, started with the chain's folder in its
/// environment.
/// </summary>
internal static class ChainHolder
{
    private const string Folder = "DATABRIGHT_TEST_HOLD_CHAIN";

    /// <summary>Starts the process; its first line says the chain's URL and process id.</summary>
    public static Process Start(string folder)
    {
        var program = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        var start = new ProcessStartInfo(program, isHost ? [typeof(ChainHolder).Assembly.Location] : []) { RedirectStandardOutput = true };
        start.Environment[Folder] = folder;
        return Process.Start(start)!;
    }

#pragma warning disable CA2255 // The one place where a test program can become another program.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Hold()
    {
        if (Environment.GetEnvironmentVariable(Folder) is not { } folder)
            return;
        // All on this thread: no other may enter this assembly before its initializer has returned.
        var chain = EmbeddedChain.StartAsync(new EmbeddedChainOptions(folder) { SaveEvery = TimeSpan.FromHours(1) }).GetAwaiter()
            .GetResult();
        Console.WriteLine($"{chain.Url} {chain.ProcessId}");
        Thread.Sleep(Timeout.Infinite);
    }
}
