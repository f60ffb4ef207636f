using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;

namespace DataBright.Testing;

/// <summary>A job of one worker, settled with nothing computed: for tests of what comes after it.</summary>
public static class LoneJob
{
    private static readonly Digest Result = Digest.Of("measurements"u8);

    /// <param name="proposal">What is evaluated; null where it is training.</param>
    public static async Task<JobId> SettleAsync(
        Ledger ledger, DatasetId dataset, ProposalId? proposal, Signer buyer,
        Signer scheduler, Signer referee, Signer worker, CancellationToken stop)
    {
        var deadline = (await ledger.Client.BlockAsync(BlockTag.Latest, stop))!.Timestamp + TimeSpan.FromHours(24);
        var (jobs, seed, salt) = (ledger.Jobs, Digest.Of("seed"u8).ToHash32(), Digest.Of("salt"u8).ToHash32());
        var job = await jobs.CreateAsync(new JobOrder(
            proposal is null ? JobKind.Training : JobKind.Evaluation, dataset, proposal, Digest.Of("plan"u8),
            scheduler.Address, referee.Address, 1, Money.Dollars(1), deadline), buyer, stop);
        var (block, _, _) = await jobs.AcceptAsync(job.Id, seed, scheduler, stop);
        var assigned = await jobs.AssignAsync(job.Id, job.Transcript, seed, block, Hash32.Zero, scheduler, stop);
        var commits = new MerkleTree([JobStatements.CommitmentLeaf(job.Id, worker.Address, Result, 1, salt)]);
        var (anchoredAt, transcript) = await jobs.AnchorAsync(job.Id, commits.Root, scheduler, stop);
        var pay = new PaySheet(job.Id, [(worker.Address, Money.Dollars(1))]);
        var signature = jobs.Statements.SignReceipt(job.Id, Result, 1, salt, worker.Key);
        var receipt = new WorkReceipt(worker.Address, salt, signature, commits.ProofOf(0));
        await jobs.SettleAsync(
            job.Id, assigned.Transcript, commits.Root, anchoredAt, new JobOutcome(transcript, Result, 1, pay.Root),
            [receipt], pay.Total, scheduler, stop);
        return job.Id;
    }
}
