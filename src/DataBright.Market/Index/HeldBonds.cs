using DataBright.Ethereum;

namespace DataBright.Market.Index;

/// <summary>Equal bonds that a contract holds.</summary>
/// <param name="Count">How many a contract holds.</param>
/// <param name="Amount">Asks the contract for the amount of each, which never changes.</param>
internal sealed record HeldBonds(int Count, ContractCall<UInt128> Amount);
