namespace DataBright.Storage.Sql;

/// <summary>A database cannot be opened, or not be used now. The message says which and what to do.</summary>
public abstract class DatabaseException(FailureKind kind, string message, Exception? cause = null)
    : DataBrightException(kind, message, cause);
