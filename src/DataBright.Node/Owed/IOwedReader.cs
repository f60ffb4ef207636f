using DataBright.Ethereum;
using DataBright.Market.Owed;

namespace DataBright.Node.Owed;

/// <summary>What pages, actions and programs ask about debts to an account.</summary>
public interface IOwedReader
{
    /// <summary>Everything that is owed to an account, and what is not yet its own; null where the chain does not answer now.</summary>
    Task<OwedAccount?> FindAsync(Address account, CancellationToken stop);

    /// <summary>The same for those who program against it, with the transactions that collect it.</summary>
    Task<OwedFacts?> FactsAsync(Address account, CancellationToken stop);
}
