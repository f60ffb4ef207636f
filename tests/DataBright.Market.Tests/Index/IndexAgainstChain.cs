using DataBright.Ethereum;
using DataBright.Market.Index;

namespace DataBright.Market.Tests.Indexes;

/// <summary>
/// What an index says of each thing on a market beside what the contracts answer when they are asked: events may be forgotten, state is
/// not.
/// </summary>
internal sealed class IndexAgainstChain(TestMarket market, LedgerIndex index)
{
    private readonly Compared _compared = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Ledger Ledger => market.Ledger;

    public async Task<IReadOnlyList<(string What, object? Index, object? Chain)>> CompareAsync(IReadOnlyCollection<Address> accounts)
    {
        await EachAsync(await Ledger.Datasets.CountAsync(Stop), id => DatasetAsync(new DatasetId(id), accounts));
        await EachAsync(await Ledger.Proposals.CountAsync(Stop), id => ProposalAsync(new ProposalId(id), accounts));
        await EachAsync(await Ledger.Models.CountAsync(Stop), id => ModelAsync(new ModelId(id), accounts));
        await EachAsync(await Ledger.Jobs.CountAsync(Stop), id => JobAsync(new JobId(id)));
        for (ulong id = 1; await Ledger.Predictions.FindAsync(new ChannelId(id), Stop) is { } channel; id++)
            Add($"channel {id}", index.Predictions.Find(channel.Id)?.Channel, channel);
        foreach (var account in accounts) await AccountAsync(account);
        for (int number = 1; await Ledger.TrustedKeys.FindAsync(number, Stop) is { } key; number++)
            Add($"trusted key {number}", index.TrustedKeys.List().SingleOrDefault(one => one.Number == number), key);
        foreach (var scenario in WordScenario.All(market)) await scenario.CompareAsync(index, _compared);
        return _compared.Facts;
    }

    private static async Task EachAsync(ulong count, Func<ulong, Task> look)
    {
        for (ulong id = 1; id <= count; id++) await look(id);
    }

    private async Task DatasetAsync(DatasetId id, IReadOnlyCollection<Address> accounts)
    {
        var found = index.Datasets.Find(id);
        Add($"version of dataset {id}", found?.VersionRoot, (await Ledger.Datasets.FindAsync(id, Stop))!.VersionRoot);
        Add($"policy of dataset {id}", found?.Policy, await Ledger.Datasets.PolicyAsync(id, Stop));
        Add($"dividends of dataset {id}", found?.Revenue, await Ledger.Shares.TotalDepositedAsync(id, Stop));
        Add($"best model of dataset {id}", found?.BestModel, (await Ledger.Models.BestOfAsync(id, Stop))?.Model);
        var shards = index.Datasets.Shards(id, new SliceRequest(1_000)).Items;
        Add($"points of dataset {id}", found?.Points, shards.Where(shard => !shard.Delisted).Sum(shard => (long)shard.Count));
        foreach (var shard in shards)
        {
            var listed = await Ledger.Datasets.FindShardAsync(id, shard.Root, Stop);
            Add($"shard {shard.Root} of dataset {id}", (shard.Contributor, shard.Count, shard.Proposal, shard.Delisted),
                (listed!.Contributor, listed.Count, listed.Proposal, listed.Delisted));
        }
        var holders = index.Shares.Holders(id, new SliceRequest(1_000)).Items;
        foreach (var account in accounts)
            Add($"shares of {account} in dataset {id}", holders.SingleOrDefault(one => one.Holder == account)?.Shares ?? ShareAmount.Zero,
                await Ledger.Shares.BalanceAsync(id, account, Stop));
    }

    private async Task ProposalAsync(ProposalId id, IReadOnlyCollection<Address> accounts)
    {
        var (found, there) = (index.Proposals.Find(id)!, (await Ledger.Proposals.FindAsync(id, Stop))!);
        Add($"proposal {id}",
            (found.Dataset, found.Kind, found.State, found.Shard, found.Count, found.Contributor, found.Snapshot, found.Deadline),
            (there.Dataset, there.Kind, there.State, there.Shard, there.Count, there.Contributor, there.Snapshot, there.Deadline));
        Add($"ballot on proposal {id}",
            (found.Yes, found.No, found.Shielded, found.Extended, found.BondWithdrawn, found.UnderReview),
            (there.Yes, there.No, there.Shielded, there.Extended, there.BondWithdrawn, there.Review is not null));
        var measured = await Ledger.Proposals.EvaluationAsync(id, Stop);
        Add($"evaluation of proposal {id}", (found.Evaluation?.BeforePpm, found.Evaluation?.AfterPpm, found.Evaluation?.Job),
            ((long?)measured?.AccuracyBefore, (long?)measured?.AccuracyAfter, measured?.Job));
        var voters = index.Proposals.Votes(id, new SliceRequest(1_000)).Items.Select(vote => vote.Voter).ToHashSet();
        foreach (var account in accounts.Where(_ => !found.UnderReview))
            Add($"whether {account} voted on proposal {id}", voters.Contains(account),
                await Ledger.Proposals.HasVotedAsync(id, account, Stop));
    }

    private async Task ModelAsync(ModelId id, IReadOnlyCollection<Address> accounts)
    {
        var (found, there) = (index.Models.Find(id)!, (await Ledger.Models.FindAsync(id, Stop))!);
        Add($"model {id}", (found.Owner, found.Checkpoint, found.Dataset, found.Price),
            (there.Owner, there.Checkpoint, there.Dataset, there.Price));
        Add($"what model {id} earned", found.Earned, await Ledger.Predictions.EarnedAsync(id, Stop));
        var serving = index.Predictions.WorkersOf(id, 1_000);
        foreach (var account in accounts.Where(account => account != there.Owner))
            Add($"terms of {account} for model {id}", serving.SingleOrDefault(one => one.Worker == account)?.WorkerBps,
                await Ledger.Predictions.TermsAsync(id, account, Stop));
    }

    private async Task JobAsync(JobId id)
    {
        var (found, there) = (index.Jobs.Find(id)!, (await Ledger.Jobs.FindAsync(id, Stop))!);
        Add($"job {id}",
            (found.State, found.Kind, found.Redundancy, found.Convictions > 0, found.Buyer, found.Dataset, found.Scheduler, found.Deadline,
                found.Transcript),
            (there.State, there.Kind, there.Redundancy, there.AnyConvicted, there.Buyer, there.Dataset, there.Scheduler, there.Deadline,
                there.Transcript));
        var posted = await Ledger.Usage.FindAsync(id, Stop);
        var usage = index.Usage.Find(id)?.Posting;
        Add($"usage of job {id}", (usage?.State, usage?.Left, usage?.Root), (posted?.State, posted?.Left, posted?.Root));
    }

    private async Task AccountAsync(Address account)
    {
        Add($"what jobs owe {account}", index.Shares.CreditOf(account).Owed, await Ledger.Jobs.OwedAsync(account, Stop));
        Add($"what predictions owe {account}", index.Predictions.CreditOf(account).Owed, await Ledger.Predictions.OwedAsync(account, Stop));
        var (found, there) = (index.Workers.Find(account), await Ledger.Workers.FindAsync(account, Stop));
        Add($"worker {account}",
            found is { Registered: true } ? (found.Stake, found.MinimumFee, found.ExitAt) : null,
            there is null ? null : (there.Stake, there.MinimumFee, there.ExitAt));
    }

    private void Add(string what, object? indexed, object? chain) => _compared.Add(what, indexed, chain);
}
