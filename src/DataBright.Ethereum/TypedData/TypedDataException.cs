namespace DataBright.Ethereum;

/// <summary>Typed data that breaks EIP-712: an unknown type, a missing field, a value that does not suit its type.</summary>
public sealed class TypedDataException(string message) : DataBrightException(FailureKind.Malformed, message);
