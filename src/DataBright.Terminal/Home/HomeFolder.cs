using System.CommandLine;
using DataBright.Storage.Options;

namespace DataBright.Terminal.Home;

/// <summary>The data folder: everything this installation keeps lies below it.</summary>
public sealed record HomeFolder(string Root)
{
    private const string Variable = "DATABRIGHT_HOME";

    public string Chain => Path.Combine(Root, "chain");

    /// <summary>Where files are kept.</summary>
    /// <exception cref="StorageOptionsException">The folder does not say it so that it can be understood.</exception>
    public StorageOptions Storage => StorageOptions.Of(Root);

    public string Keys => Path.Combine(Root, "keys");

    public string Logs => Path.Combine(Root, "logs");

    public string Work => Path.Combine(Root, "work");

    /// <summary>Shielded votes that were committed to from here, with their salts.</summary>
    public string Ballots => Path.Combine(Root, "ballots");

    public string Index => Path.Combine(Root, "index.db");

    public string Scheduler => Path.Combine(Root, "scheduler.db");

    public string Market => Path.Combine(Root, "market.json");

    /// <summary>What a running node says about itself.</summary>
    public string Node => Path.Combine(Root, "node.json");

    /// <summary>What a worker that serves predictions says about itself.</summary>
    public string Serving => Path.Combine(Root, "serving.json");

    /// <summary>The channels that were opened from here, and how much was signed away through them.</summary>
    public string Channels => Path.Combine(Root, "channels.json");

    /// <summary>Signed answers that others contradict.</summary>
    public string Evidence => Path.Combine(Root, "evidence");

    /// <summary>Uploads to nodes elsewhere that were begun from here and are not done.</summary>
    public string Uploads => Path.Combine(Root, "uploading.json");

    public static HomeFolder Of(ParseResult arguments) =>
        Named(arguments) ?? new(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".databright"));

    /// <summary>The folder that was named with <c>--home</c> or <c>DATABRIGHT_HOME</c>; null where neither says one.</summary>
    public static HomeFolder? Named(ParseResult arguments) =>
        arguments.GetValue(GlobalOptions.Home) is { Length: > 0 } home ? new(Path.GetFullPath(home))
        : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? new(Path.GetFullPath(set))
        : null;

    /// <summary>Creates the folder and holds it for this process until disposed.</summary>
    /// <exception cref="Failure">It cannot be written, or another process holds it.</exception>
    public FolderLock Hold()
    {
        Create();
        return FolderLock.Take(Path.Combine(Root, "lock"), $"The data folder {Root}");
    }

    /// <summary>Holds the index: one process writes it, others read.</summary>
    public FolderLock HoldIndex()
    {
        Create();
        return FolderLock.Take(Path.Combine(Root, "index.lock"), $"The index {Index}");
    }

    /// <summary>Holds the index, or tells by null that a node is keeping it up.</summary>
    public FolderLock? TryHoldIndex()
    {
        Create();
        return FolderLock.TryTake(Path.Combine(Root, "index.lock"));
    }

    /// <summary>Two schedulers must not move the same jobs.</summary>
    public FolderLock HoldScheduler()
    {
        Create();
        return FolderLock.Take(Path.Combine(Root, "scheduler.lock"), $"The scheduler's state {Scheduler}");
    }

    public void Create()
    {
        try
        {
            Directory.CreateDirectory(Root);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception refused) when (refused.IsOfFile())
        {
            throw new Failure(ExitCode.HomeUnusable,
                $"The data folder {Root} cannot be created ({refused.Message.TrimEnd('.')}); choose another with --home.");
        }
    }
}
