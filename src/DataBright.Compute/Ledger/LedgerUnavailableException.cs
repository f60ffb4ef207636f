namespace DataBright.Compute.Ledger;

/// <summary>The ledger did not answer, or not with what it must know. The same thing may be tried again.</summary>
public sealed class LedgerUnavailableException(string message, Exception? cause = null)
    : DataBrightException(FailureKind.Unavailable, message, cause);
