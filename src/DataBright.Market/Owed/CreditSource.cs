using DataBright.Ethereum;

namespace DataBright.Market.Owed;

/// <summary>A contract that credits what it owes, and pays all credits of an account at once.</summary>
/// <param name="Contract">Where it is.</param>
/// <param name="Name">How it is called in <c>Withdraw what jobs owe</c>.</param>
/// <param name="Withdrawal">Pays the account.</param>
public sealed record CreditSource(Address Contract, string Name, ContractCall Withdrawal);
