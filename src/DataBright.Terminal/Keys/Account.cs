using DataBright.Ethereum;

namespace DataBright.Terminal.Keys;

/// <summary>An account whose key is in the data folder.</summary>
public sealed record Account(string Name, Address Address);
