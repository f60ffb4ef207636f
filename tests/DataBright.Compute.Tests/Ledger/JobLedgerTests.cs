using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;

namespace DataBright.Compute.Ledger;

public sealed class MemoryJobLedgerTests : JobLedgerBehaviour
{
    private readonly MemoryJobLedger _ledger = new(World.Key(1).Address);
    private int _workers;

    protected override IJobLedger Ledger => new MemoryJobLedgerView(_ledger);

    protected override EthereumKey Scheduler => World.Key(1);

    protected override EthereumKey Referee => World.Key(2);

    protected override Task<JobId> OrderAsync(Digest plan) =>
        Task.FromResult(_ledger.Order(new JobTerms(default, World.Key(3).Address, Scheduler.Address, Referee.Address, JobKind.Training,
            new DatasetId(1), plan, 1, Money.Dollars(90), DateTimeOffset.MaxValue)));

    protected override Task<EthereumKey> WorkerAsync()
    {
        var key = World.Key(100 + _workers++);
        _ledger.Register(key);
        return Task.FromResult(key);
    }

    protected override Task ForgetAsync()
    {
        _ledger.Forget();
        return Task.CompletedTask;
    }
}

[Collection(nameof(ChainMarket))]
public sealed class ChainJobLedgerTests(ChainMarket market) : JobLedgerBehaviour
{
    private readonly ChainJobLedger _ledger = new(market.Ledger, market.Blobs, market.Scheduler.Signer.Address, market.Scheduler.Signer);

    protected override IJobLedger Ledger => _ledger;

    protected override EthereumKey Scheduler => market.Scheduler.Signer.Key;

    protected override EthereumKey Referee => market.Referee.Signer.Key;

    protected override Task<JobId> OrderAsync(Digest plan) => market.OrderAsync(plan, redundancy: 1, dollars: 90);

    protected override async Task<EthereumKey> WorkerAsync() => (await market.WorkerAsync()).Key;

    protected override Task ForgetAsync() => market.ForgetAsync();

    [Fact]
    public async Task Hashes_computed_here_are_those_of_the_contract_and_of_the_market()
    {
        var (job, salt, result, stop) = (new JobId(7), Keccak.Hash("salt"u8), Keccak.Hash("result"u8),
            TestContext.Current.CancellationToken);
        var worker = World.Key(100).Address;
        var at = market.Ledger.Addresses.Jobs;
        var verdict = new DataBright.Market.Generated.Jobs.Verdict(job, worker, Scheduler.Address, result);

        JobHashes.Receipt(_ledger.Domain, job, result, 5, salt)
            .ShouldBe(await market.Client.CallAsync(DataBright.Market.Generated.Jobs.ReceiptDigest(at, job, result, 5, salt), stop: stop));
        JobHashes.Verdict(_ledger.Domain, job, worker, Scheduler.Address, result)
            .ShouldBe(await market.Client.CallAsync(DataBright.Market.Generated.Jobs.VerdictDigest(at, verdict), stop: stop));
        Keccak.Hash(JobHashes.Commitment(job, worker, result, 5, salt).AsSpan())
            .ShouldBe(DataBright.Market.Jobs.JobStatements.CommitmentLeaf(job, worker, result.ToDigest(), 5, salt));
        Keccak.Hash(JobHashes.Pay(job, worker, Money.Dollars(3)).AsSpan())
            .ShouldBe(DataBright.Market.Jobs.PaySheet.Leaf(job, worker, Money.Dollars(3)));
    }
}
