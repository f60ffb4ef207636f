namespace DataBright.Ethereum;

/// <summary>Bytes that are not canonical RLP, or not the RLP that was expected.</summary>
public sealed class RlpException(string message) : FormatException(message);
