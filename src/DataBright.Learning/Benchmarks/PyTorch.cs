using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace DataBright.Learning.Benchmarks;

/// <summary>A child process that runs the reference in PyTorch and answers one measurement at a time.</summary>
internal sealed class PyTorch : IAsyncDisposable
{
    private readonly Process _process;

    private PyTorch(Process process, string version, string blas)
    {
        _process = process;
        Version = version;
        Blas = blas;
    }

    public string Version { get; }

    /// <summary>The library behind its matrix products; <c>reference</c> is the slow one of the Fortran days.</summary>
    public string Blas { get; }

    public bool HasFastBlas => Blas is not ("reference" or "unknown");

    public string Description =>
        $"PyTorch {Version} with {(HasFastBlas ? Blas : "the reference BLAS; libopenblas0-pthread would make it faster")}, the better of "
        + "one and two threads";

    /// <summary>Starts it, or returns null where there is no Python or no PyTorch.</summary>
    public static async Task<PyTorch?> StartAsync(string python, CancellationToken stop)
    {
        using var resource = typeof(PyTorch).Assembly.GetManifestResourceStream("pytorch_reference.py")!;
        using var reader = new StreamReader(resource);
        var script = await reader.ReadToEndAsync(stop);
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(python,
                ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync(stop);
        if (line is null)
        {
            process.Dispose();
            return null;
        }

        using var hello = JsonDocument.Parse(line);
        return new PyTorch(process, hello.RootElement.GetProperty("version").GetString()!,
            hello.RootElement.GetProperty("blas").GetString()!);
    }

    /// <summary>Images, or floating point operations, per second.</summary>
    public async Task<double> MeasureAsync(string what, int threads, double seconds, CancellationToken stop)
    {
        await _process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $$"""{"what":"{{what}}","threads":{{threads}},"seconds":{{seconds}}}"""));
        await _process.StandardInput.FlushAsync(stop);
        var line = await _process.StandardOutput.ReadLineAsync(stop)
            ?? throw new InvalidOperationException("PyTorch ended in the middle of a measurement.");
        using var answer = JsonDocument.Parse(line);
        return answer.RootElement.GetProperty("rate").GetDouble();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using (var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
        {
            try
            {
                await _process.WaitForExitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }
}
