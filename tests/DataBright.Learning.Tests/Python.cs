using System.Diagnostics;

namespace DataBright.Learning.Tests;

/// <summary>The system's Python, for tests that compare with what is installed there.</summary>
internal static class Python
{
    public const string Program = "/usr/bin/python3";

    private static readonly Lazy<bool> Torch = new(() => File.Exists(Program) && Run("-c", "import torch, numpy").Code == 0);

    public static void RequireTorch() => Assert.SkipUnless(Torch.Value, $"{Program} has no PyTorch (python3-torch on Debian).");

    public static (int Code, string Error) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
