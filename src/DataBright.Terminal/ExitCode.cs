namespace DataBright.Terminal;

/// <summary>What the shell is told. Documented in docs/cli.md; a number never changes its meaning.</summary>
public static class ExitCode
{
    public const int Done = 0;

    /// <summary>The market's rules refuse what was asked.</summary>
    public const int Refused = 1;

    /// <summary>The words on the command line are wrong.</summary>
    public const int Usage = 2;

    /// <summary>What was named does not exist.</summary>
    public const int NotFound = 3;

    /// <summary>The chain or a node does not answer, or answers wrongly.</summary>
    public const int Unreachable = 4;

    /// <summary>A file is missing, damaged or not what it should be.</summary>
    public const int BadInput = 5;

    /// <summary>The data folder is in use by another process, or cannot be written.</summary>
    public const int HomeUnusable = 6;

    /// <summary>A check that was asked for does not hold.</summary>
    public const int CheckFailed = 7;

    /// <summary>There is no such key here, its password is wrong, or the signer that has it declined.</summary>
    public const int Denied = 8;

    /// <summary>A mistake of this program.</summary>
    public const int Bug = 70;

    public const int Interrupted = 130;
}
