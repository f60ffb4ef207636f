using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>A statement with the signature of its author, to be carried to the ledger by anyone.</summary>
public sealed record Signed<T>(T Statement, Signature Signature);
