namespace DataBright.Ethereum;

/// <summary>A type, signature or encoding that breaks the contract ABI specification.</summary>
public sealed class AbiException(string message) : DataBrightException(FailureKind.Malformed, message);
