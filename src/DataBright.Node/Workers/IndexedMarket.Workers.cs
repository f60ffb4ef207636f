using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Workers;
using DataBright.Node.Rest;
using DataBright.Node.Workers;

namespace DataBright.Node.Ledger;

internal sealed partial class IndexedMarket
{
    public Task<Page<WorkerFacts>> WorkersAsync(PageRequest page, CancellationToken stop) => PageAsync(page, index.Workers.List, Facts);

    public Task<WorkerFacts?> WorkerAsync(Address worker, CancellationToken stop) => Task.FromResult(index.Workers.Find(worker) is { } row ? Facts(row) : null);

    public Task<IReadOnlyList<TrustedKeyFacts>> TrustedKeysAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<TrustedKeyFacts>>(
        [.. index.Workers.TrustedKeys().Select(key => new TrustedKeyFacts(key.Number, key.Key, key.Role, key.Attestation, key.Evidence?.ToHash32(), key.Revoked))]);

    private static WorkerFacts Facts(IndexedWorker row) => new(
        row.Address, row.Registered, row.Stake, row.MinimumFee, row.Earned, row.Slashed, row.Jobs, row.Convictions, row.ExitAt, row.RegisteredAt);
}
