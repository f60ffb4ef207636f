using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace DataBright.Ethereum;

/// <summary>
/// The files of an embedded chain. One process at a time holds the folder's lock; it goes with the process, however
/// that ends.
/// </summary>
internal sealed class ChainFolder : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly string _folder;
    private readonly FileStream _lock;

    private ChainFolder(string folder, FileStream held) => (_folder, _lock) = (folder, held);

    /// <summary>The last whole state. It is only ever replaced by another whole one.</summary>
    public string State => Path.Combine(_folder, "state.json");

    /// <summary>Where the chain itself writes its state when it ends; half a file if it is killed while it does.</summary>
    public string LastWords => Path.Combine(_folder, "state.exit.json");

    /// <summary>What changed the chain since the state was saved.</summary>
    public string Journal => Path.Combine(_folder, "journal");

    /// <summary>The chain's process id.</summary>
    public string ProcessId => Path.Combine(_folder, "anvil.pid");

    /// <summary>What the chain prints.</summary>
    public string Log => Path.Combine(_folder, "anvil.log");

    /// <summary>Where the chain may keep what it needs while it runs.</summary>
    public string Cache => Path.Combine(_folder, "cache");

    private static string OwnerFile(string folder) => Path.Combine(folder, "owner.pid");

    /// <summary>Takes the folder for this process.</summary>
    /// <exception cref="EmbeddedChainException">Another process has it, or it cannot be written.</exception>
    public static ChainFolder Open(string folder)
    {
        folder = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(folder);
            var held = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            // The lock file itself cannot be read while it is held, so the holder's id stands beside it.
            File.WriteAllText(OwnerFile(folder), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new ChainFolder(folder, held);
        }
        catch (UnauthorizedAccessException cause)
        {
            throw new EmbeddedChainException(
                $"The chain's folder {folder} cannot be written: choose another one or correct its permissions.", cause);
        }
        catch (IOException cause) when (Directory.Exists(folder))
        {
            var owner = ReadNumber(OwnerFile(folder));
            throw new EmbeddedChainException(
                $"The chain's folder {folder} is in use by process {(owner is null ? "(unknown)" : owner)}: end that process, or choose "
                + "another folder.", cause);
        }
    }

    /// <summary>
    /// Ends a chain that an earlier process or a killed guard left behind, once it has saved its state. It is known by
    /// its id and by this folder in its command line, so that another process with a recycled id is never touched.
    /// </summary>
    public async Task EndOrphanAsync(TimeSpan timeout, CancellationToken stop)
    {
        if (ReadNumber(ProcessId) is not { } id)
            return;
        // An ended process that nobody has waited for keeps its id but no command line, so it counts as gone.
        for (var waited = TimeSpan.Zero; CommandLine(id).Contains(LastWords, StringComparison.Ordinal); waited += Look)
        {
            Signals.Send(id, waited < timeout ? Signals.Terminate : Signals.Kill);
            await Task.Delay(Look, stop);
        }
        File.Delete(ProcessId);
    }

    /// <summary>Makes the newest whole state the one to start from.</summary>
    /// <returns>What was found wrong; null where nothing was.</returns>
    public string? ChooseState()
    {
        if (!File.Exists(LastWords))
            return null;
        if (!IsWhole(LastWords))
        {
            var aside = LastWords + ".damaged";
            File.Move(LastWords, aside, overwrite: true);
            return $"The chain was stopped while it saved its state. It goes on from the save before; the broken file is kept as {aside}.";
        }
        using (var file = new FileStream(LastWords, FileMode.Open, FileAccess.ReadWrite))
            file.Flush(flushToDisk: true);
        File.Move(LastWords, State, overwrite: true);
        return null;
    }

    /// <summary>Replaces the state in one step.</summary>
    public async Task SaveAsync(Func<Stream, Task> write)
    {
        var fresh = State + ".new";
        await using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write))
        {
            await write(file);
            file.Flush(flushToDisk: true);
        }
        File.Move(fresh, State, overwrite: true);
    }

    /// <summary>Starts a new log and keeps the last one.</summary>
    public void TurnLog()
    {
        if (File.Exists(Log))
            File.Move(Log, Log + ".1", overwrite: true);
    }

    public int? ReadProcessId() => ReadNumber(ProcessId);

    public void Dispose()
    {
        File.Delete(OwnerFile(_folder));
        _lock.Dispose();
    }

    private static bool IsWhole(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            using var document = JsonDocument.Parse(stream);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("accounts", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static int? ReadNumber(string file) =>
        File.Exists(file) && int.TryParse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string CommandLine(int id)
    {
        var file = $"/proc/{id}/cmdline";
        try
        {
            if (OperatingSystem.IsLinux())
                return File.Exists(file) ? File.ReadAllText(file) : "";
            using var ps = Process.Start(new ProcessStartInfo("ps",
                ["-o", "command=", "-p", id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
            return ps.StandardOutput.ReadToEnd();
        }
        catch (IOException)
        {
            return ""; // It ended while it was looked at.
        }
    }
}
