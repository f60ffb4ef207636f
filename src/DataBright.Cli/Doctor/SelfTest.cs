using System.ComponentModel;
using System.Diagnostics;
using DataBright.Terminal.Processes;

namespace DataBright.Cli.Doctor;

/// <summary>Runs the self test of libsecp256k1 in a process of its own, which that library ends where the test fails.</summary>
internal static class SelfTest
{
    /// <summary>The hidden option that the process of its own is started with.</summary>
    public const string Option = "--self-test";

    private const string What = "libsecp256k1";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static Task<Finding> RunAsync(CancellationToken stop) => RunAsync(OwnProgram.With("doctor", Option), stop);

    /// <param name="program">The process and its words.</param>
    /// <param name="stop">Cancels.</param>
    internal static async Task<Finding> RunAsync(IReadOnlyList<string> program, CancellationToken stop)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(Timeout);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program[0],
                program.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            try
            {
                var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(timeout.Token),
                    process.StandardError.ReadToEndAsync(timeout.Token));
                await process.WaitForExitAsync(timeout.Token);
                return process.ExitCode == 0
                    ? new(What, Health.Good, $"Secp256k1.Net {Libraries.Find("Secp256k1.Net")}, self test passed")
                    : Failed(
                        $"ended with {process.ExitCode}{(string.Concat(said).Split('\n')
                            .FirstOrDefault(line => line.Trim().Length > 0) is { } line ? $": {line.Trim()}" : "")}");
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                process.Kill(entireProcessTree: true);
                return Failed($"did not end within {Timeout.TotalSeconds:0} s");
            }
        }
        catch (Win32Exception fault)
        {
            return Failed($"could not be started: {fault.Message}");
        }
    }

    private static Finding Failed(string how) =>
        new(What, Health.Missing, $"its self test {how}. Do not sign anything on this machine: no key, no signature is sure");
}
