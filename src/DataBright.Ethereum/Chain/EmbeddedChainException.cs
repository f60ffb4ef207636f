namespace DataBright.Ethereum;

/// <summary>The embedded chain cannot run; the message says why and what to do.</summary>
public sealed class EmbeddedChainException(string message, Exception? cause = null)
    : DataBrightException(FailureKind.Unavailable, message, cause);
