using DataBright.Ethereum;

namespace DataBright.Market.Owed;

/// <summary>One transaction of a collection.</summary>
/// <param name="Source">What of the market it is about.</param>
/// <param name="Summary">What it does, for people.</param>
/// <param name="Call">What is sent.</param>
/// <param name="Amount">What it pays out; nothing where it only makes a contract credit or release something.</param>
/// <param name="Prepares">A later step is of no use without it, and tells what is wrong if it was not done.</param>
public sealed record OwedStep(DebtSource Source, string Summary, ContractCall Call, Money Amount, bool Prepares);
