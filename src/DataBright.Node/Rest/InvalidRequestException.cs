namespace DataBright.Node.Rest;

/// <summary>A request cannot be answered as it stands. The message says which part of it, and what would do.</summary>
public sealed class InvalidRequestException(string parameter, string message) : RefusedException(FailureKind.Malformed, null, message)
{
    public string Parameter { get; } = parameter;
}
