namespace DataBright.Cli.Terminal;

/// <summary>From what the libraries throw to what a person reads.</summary>
internal static class Translation
{
    private const int DiskFull = 28; // ENOSPC

    public static Failure Of(Exception thrown) => thrown switch
    {
        Failure failure => failure,
        OperationCanceledException => new(ExitCode.Interrupted, "Interrupted; nothing was left running."),
        IOException full when (full.HResult & 0xFFFF) == DiskFull => new(ExitCode.HomeUnusable, "The disk is full; free some space and run the command again."),
        FileNotFoundException missing => new(ExitCode.BadInput, $"{missing.FileName ?? missing.Message} does not exist."),
        DirectoryNotFoundException missing => new(ExitCode.BadInput, missing.Message),
        UnauthorizedAccessException denied => new(ExitCode.HomeUnusable, $"{denied.Message} Choose another folder with --home, or change its permissions."),
        InvalidDataException damaged => new(ExitCode.BadInput, damaged.Message),
        _ => new(ExitCode.Bug, $"This is a mistake in databright itself, please report it: {thrown}"),
    };
}
