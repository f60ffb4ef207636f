using DataBright.Market.Jobs;
using DataBright.Market.Usage;

namespace DataBright.Market.Accounts;

/// <summary>The sheets behind the Merkle roots on the ledger: who gets what, which the chain itself does not know.</summary>
public interface ISheets : IPaySheets, IUsageSheets;
