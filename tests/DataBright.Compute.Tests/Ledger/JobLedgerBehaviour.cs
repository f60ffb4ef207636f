using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Ledger;

/// <summary>What a scheduler may rely on, whatever the ledger is made of.</summary>
public abstract class JobLedgerBehaviour
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The ledger, as its scheduler sees it.</summary>
    protected abstract IJobLedger Ledger { get; }

    protected abstract EthereumKey Scheduler { get; }

    protected abstract EthereumKey Referee { get; }

    /// <summary>Buys a training job of one receipt for ninety dollars.</summary>
    protected abstract Task<JobId> OrderAsync(Digest plan);

    protected abstract Task<EthereumKey> WorkerAsync();

    /// <summary>Lets so many blocks pass that the ledger forgets the hashes of those before.</summary>
    protected abstract Task ForgetAsync();

    [Fact]
    public async Task A_job_is_found_as_it_was_ordered()
    {
        var job = await OrderAsync(Digest.Of("plan"u8));

        var found = await Ledger.FindAsync(job, Stop);

        found!.Terms.Plan.ShouldBe(Digest.Of("plan"u8));
        found.Terms.Scheduler.ShouldBe(Scheduler.Address);
        found.Terms.Referee.ShouldBe(Referee.Address);
        found.Terms.Redundancy.ShouldBe(1);
        found.Terms.Pay.ShouldBe(Money.Dollars(90));
        found.Stage.ShouldBe(LedgerStage.Created);
        (await Ledger.OpenJobsAsync(Stop)).ShouldContain(open => open.Terms.Id == job);
        (await Ledger.FindAsync(new JobId(999_999), Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task Workers_are_found_with_what_their_points_are_encrypted_to()
    {
        var worker = await WorkerAsync();

        var found = (await Ledger.WorkersAsync(Stop)).Single(registered => registered.Worker == worker.Address);

        found.EncryptionKey.ShouldBe(worker.PublicKey);
    }

    [Fact]
    public async Task Every_step_can_be_sent_twice_and_counts_once()
    {
        var job = await OrderAsync(Digest.Of("plan"u8));
        var worker = await WorkerAsync();
        var seed = Keccak.Hash("seed"u8);
        (await Ledger.BeaconAsync(job, seed, Stop)).ShouldBeNull();

        await Twice(() => Ledger.AcceptAsync(job, JobHashes.Seed(seed), Stop), job, LedgerStage.Accepted);
        var beacon = await Ledger.BeaconAsync(job, seed, Stop);
        beacon.ShouldNotBeNull();
        beacon.ShouldNotBe(await Ledger.BeaconAsync(job, Keccak.Hash("another"u8), Stop));
        await Twice(() => Ledger.AssignAsync(job, seed, Keccak.Hash("seats"u8), Stop), job, LedgerStage.Assigned);
        var settlement = Settlement(job, worker);
        await Twice(() => Ledger.AnchorAsync(job, Keccak.Hash("an earlier root"u8), Stop), job, LedgerStage.Assigned);
        await Twice(() => Ledger.AnchorAsync(job, settlement.CommitsRoot, Stop), job, LedgerStage.Assigned);
        (await Ledger.FindAsync(job, Stop))!.CommitsRoot.ShouldBe(settlement.CommitsRoot);
        await Twice(() => Ledger.SettleAsync(job, settlement, Stop), job, LedgerStage.Settled);
        (await Ledger.OpenJobsAsync(Stop)).ShouldNotContain(open => open.Terms.Id == job);
    }

    [Fact]
    public async Task A_beacon_that_was_missed_is_replaced_once_and_only_then()
    {
        var job = await OrderAsync(Digest.Of("plan"u8));
        var seed = Keccak.Hash("seed"u8);
        await Ledger.RenewBeaconAsync(job, JobHashes.Seed(seed), Stop);
        (await Ledger.FindAsync(job, Stop))!.Stage.ShouldBe(LedgerStage.Created);
        await Ledger.AcceptAsync(job, JobHashes.Seed(seed), Stop);
        var missed = await Ledger.BeaconAsync(job, seed, Stop);
        await Ledger.RenewBeaconAsync(job, JobHashes.Seed(seed), Stop);
        (await Ledger.BeaconAsync(job, seed, Stop)).ShouldBe(missed, "it is known, so it counts");

        await ForgetAsync();
        await Should.ThrowAsync<Exception>(() => Ledger.AssignAsync(job, seed, Keccak.Hash("seats"u8), Stop));
        await Ledger.RenewBeaconAsync(job, JobHashes.Seed(seed), Stop);
        var later = await Ledger.BeaconAsync(job, seed, Stop);
        later.ShouldNotBe(missed);
        await Ledger.RenewBeaconAsync(job, JobHashes.Seed(seed), Stop);
        (await Ledger.BeaconAsync(job, seed, Stop)).ShouldBe(later);
        await Ledger.AssignAsync(job, seed, Keccak.Hash("seats"u8), Stop);
        (await Ledger.FindAsync(job, Stop))!.Stage.ShouldBe(LedgerStage.Assigned);
    }

    [Fact]
    public async Task A_worker_is_convicted_once_and_only_by_the_jobs_referee()
    {
        var job = await OrderAsync(Digest.Of("plan"u8));
        var worker = await WorkerAsync();
        using var stranger = Worlds.World.Key(31);

        await Should.ThrowAsync<Exception>(() => Ledger.ConvictAsync(job, Verdict(job, worker, stranger), Stop));
        (await Ledger.FindAsync(job, Stop))!.Convicted.ShouldBeEmpty();
        await Ledger.ConvictAsync(job, Verdict(job, worker, Referee), Stop);
        await Ledger.ConvictAsync(job, Verdict(job, worker, Referee), Stop);

        (await Ledger.FindAsync(job, Stop))!.Convicted.ShouldBe([worker.Address]);
    }

    [Fact]
    public async Task A_result_that_was_not_committed_to_or_not_signed_by_its_worker_is_not_taken()
    {
        var job = await OrderAsync(Digest.Of("plan"u8));
        var worker = await WorkerAsync();
        var other = await WorkerAsync();
        var seed = Keccak.Hash("seed"u8);
        await Ledger.AcceptAsync(job, JobHashes.Seed(seed), Stop);
        await Ledger.BeaconAsync(job, seed, Stop);
        await Ledger.AssignAsync(job, seed, Keccak.Hash("seats"u8), Stop);
        var good = Settlement(job, worker);
        await Ledger.AnchorAsync(job, good.CommitsRoot, Stop);

        JobSettlement[] bad =
        [
            good with { ResultHash = Keccak.Hash("another result"u8) },
            good with { Metric = good.Metric + 1 },
            good with { CommitsRoot = Keccak.Hash("another root"u8) },
            good with { Receipts = [] },
            good with { Receipts = [good.Receipts[0], good.Receipts[0]] },
            good with { Receipts = [good.Receipts[0] with { Salt = Keccak.Hash("another salt"u8) }] },
            good with { Receipts = [good.Receipts[0] with { Worker = other.Address }] },
            good with { Receipts = [good.Receipts[0] with { Signature = Settlement(job, other).Receipts[0].Signature }] },
            good with { PayTotal = Money.Dollars(91) },
        ];
        foreach (var wrong in bad) await Should.ThrowAsync<Exception>(() => Ledger.SettleAsync(job, wrong, Stop), wrong.ToString());
        (await Ledger.FindAsync(job, Stop))!.Stage.ShouldBe(LedgerStage.Assigned);
        await Ledger.SettleAsync(job, good, Stop);
    }

    private async Task Twice(Func<Task> write, JobId job, LedgerStage expected)
    {
        await write();
        await write();
        (await Ledger.FindAsync(job, Stop))!.Stage.ShouldBe(expected);
    }

    private SignedVerdict Verdict(JobId job, EthereumKey worker, EthereumKey signer)
    {
        var evidence = Keccak.Hash("evidence"u8);
        return new SignedVerdict(worker.Address, Scheduler.Address, evidence,
            signer.Sign(JobHashes.Verdict(Ledger.Domain, job, worker.Address, Scheduler.Address, evidence)));
    }

    private JobSettlement Settlement(JobId job, EthereumKey worker)
    {
        var (result, metric, salt) = (Keccak.Hash("result"u8), 912_345u, Keccak.Hash("salt"u8));
        var leaf = Keccak.Hash(JobHashes.Commitment(job, worker.Address, result, metric, salt).AsSpan());
        var tree = new MerkleTree([leaf, Keccak.Hash("somebody else's"u8)]);
        var pay = Money.Dollars(60);
        return new JobSettlement(
            result, metric, tree.Root,
            [new WorkerReceipt(worker.Address, salt, worker.Sign(JobHashes.Receipt(Ledger.Domain, job, result, metric, salt)),
                tree.ProofOf(0))],
            Keccak.Hash(JobHashes.Pay(job, worker.Address, pay).AsSpan()), pay, [new WorkerPay(worker.Address, pay)]);
    }
}
