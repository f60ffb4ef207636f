using DataBright.Ethereum;

namespace DataBright.Cli.Keys;

/// <summary>An account whose key is in the data folder.</summary>
internal sealed record Account(string Name, Address Address);
