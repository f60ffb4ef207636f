namespace DataBright.Storage.Options;

/// <summary>What the data folder says about its storage cannot be understood. The message says what and where.</summary>
public sealed class StorageOptionsException(string message, Exception? cause = null)
    : DataBrightException(FailureKind.Malformed, message, cause);
