using DataBright.Ethereum;

namespace DataBright.Market.Owed;

/// <summary>A transaction with what it does, in words.</summary>
public sealed record DebtCall(string Summary, ContractCall Call);
