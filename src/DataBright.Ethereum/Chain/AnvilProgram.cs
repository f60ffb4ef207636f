using System.Runtime.InteropServices;

namespace DataBright.Ethereum;

/// <summary>
/// Finds the native program inside the npm package, past the package's JavaScript shim, which would stand between the
/// chain and its signals.
/// </summary>
internal static class AnvilProgram
{
    public static string Find(string? given)
    {
        if (OperatingSystem.IsWindows())
            throw new EmbeddedChainException(
                "The embedded chain needs a POSIX shell to watch over it: use Linux, macOS or WSL, or give the URL of another chain.");
        if (given is not null)
            return File.Exists(given) ? Path.GetFullPath(given)
                : throw new EmbeddedChainException($"The chain program {given} does not exist.");
        foreach (var start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory })
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var program = Path.Combine(folder.FullName, "node_modules", "@foundry-rs", Package, "bin", "anvil");
                if (File.Exists(program))
                    return program;
            }
        throw new EmbeddedChainException(
            $"The npm package @foundry-rs/{Package} is in no node_modules folder above {AppContext.BaseDirectory} or "
            + $"{Environment.CurrentDirectory}: run npm ci, or give the URL of another chain.");
    }

    private static string Package
    {
        get
        {
            var system = OperatingSystem.IsMacOS() ? "darwin" : "linux";
            var processor = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
            return $"anvil-{system}-{processor}";
        }
    }
}
