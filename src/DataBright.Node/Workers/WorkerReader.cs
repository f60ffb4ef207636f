using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Workers;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;

namespace DataBright.Node.Workers;

/// <summary>Workers and trusted keys as the index has them.</summary>
internal sealed class WorkerReader(LedgerIndex index) : IWorkerReader
{
    public Task<Page<WorkerFacts>> ListAsync(PageRequest page, CancellationToken stop) =>
        Task.FromResult(IndexPages.Read(page, index.Workers.List, Facts));

    public Task<WorkerFacts?> FindAsync(Address worker, CancellationToken stop) =>
        Task.FromResult(index.Workers.Find(worker) is { } row ? Facts(row) : null);

    public Task<IReadOnlyList<TrustedKeyFacts>> TrustedKeysAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<TrustedKeyFacts>>(
        [.. index.TrustedKeys.List()
            .Select(key => new TrustedKeyFacts(key.Number, key.Key, key.Role, key.Attestation, key.Evidence?.ToHash32(), key.Revoked))]);

    private static WorkerFacts Facts(IndexedWorker row) => new(
        row.Address, row.Registered, row.Stake, row.MinimumFee, row.Earned, row.Slashed, row.Jobs, row.Convictions, row.ExitAt,
        row.RegisteredAt);
}
