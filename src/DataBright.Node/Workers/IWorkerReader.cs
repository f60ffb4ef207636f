using DataBright.Ethereum;
using DataBright.Node.Rest;

namespace DataBright.Node.Workers;

/// <summary>What pages and programs ask about workers and trusted keys.</summary>
public interface IWorkerReader
{
    /// <summary>In the order they registered.</summary>
    Task<Page<WorkerFacts>> ListAsync(PageRequest page, CancellationToken stop);

    Task<WorkerFacts?> FindAsync(Address worker, CancellationToken stop);

    Task<IReadOnlyList<TrustedKeyFacts>> TrustedKeysAsync(CancellationToken stop);
}
