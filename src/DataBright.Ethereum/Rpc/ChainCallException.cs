namespace DataBright.Ethereum;

/// <summary>A call to a chain has no result: no proper answer came, or the answer is an error.</summary>
public abstract class ChainCallException(string message, Exception? cause = null)
    : DataBrightException(FailureKind.Unavailable, message, cause);
