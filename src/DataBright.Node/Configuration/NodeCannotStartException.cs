namespace DataBright.Node.Configuration;

/// <summary>A node cannot start with these options. The message says what is missing and what to do.</summary>
public sealed class NodeCannotStartException(string message) : DataBrightException(FailureKind.Malformed, message);
