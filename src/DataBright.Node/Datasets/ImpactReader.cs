using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Index;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;

namespace DataBright.Node.Datasets;

/// <summary>What each shard and contributor of a dataset brought to models, and earned.</summary>
internal sealed class ImpactReader(LedgerIndex index, Market.Ledger ledger, ListedShards listed, PlannedShards planned, ChainQueries chain)
{
    private const int MaxModels = 200, MaxUsageClaims = 200;

    public async Task<DatasetImpact?> FindAsync(DatasetId id, CancellationToken stop)
    {
        if (index.Datasets.Find(id) is not { } dataset) return null;
        var slice = listed.FirstOf(id);
        var (uses, usesComplete) = await UsesAsync(id, stop);
        var numbers = ListedShards.Contributors(dataset, slice.Items);
        var shards = slice.Items.Select(shard => new ShardImpact(
            shard.Number, shard.Root, shard.Contributor, numbers[shard.Contributor], shard.Count,
            shard is { AccuracyBeforePpm: { } before, AccuracyAfterPpm: { } after } ? new Fraction(after - before) : null,
            uses.GetValueOrDefault(shard.Root, [])) { Low = LowOf(shard) }).ToArray();

        var people = shards.Select(shard => shard.Contributor).Distinct().ToArray();
        var waiting = await WaitingAsync(id, people, stop);
        bool complete = slice.Next is null && usesComplete;
        var contributors = new List<ContributorImpact>(people.Length);
        foreach (var (place, who) in people.Index())
        {
            var (usage, usageComplete) = UsageOf(id, who);
            complete &= usageComplete;
            contributors.Add(Impact(who, [.. shards.Where(shard => shard.Contributor == who)], ClaimedBy(id, who), waiting?[place], usage));
        }
        return new DatasetImpact([.. contributors.OrderByDescending(one => one.Income).ThenBy(one => one.ContributorNumber)],
            shards, complete);
    }

    /// <summary>By the evaluation of the proposal that brought the shard.</summary>
    private Fraction? LowOf(IndexedShard shard) =>
        shard.Proposal is { } id && index.Proposals.Find(id)?.Evaluation is { } measured ? new Fraction(measured.LowPpm) : null;

    private static ContributorImpact Impact(Address who, IReadOnlyList<ShardImpact> shards, Money claimed, Money? waiting, Money usage)
    {
        var lows = shards.Select(shard => shard.Low).OfType<Fraction>().ToArray();
        var gains = shards.Select(shard => shard.Gain).OfType<Fraction>().ToArray();
        return new ContributorImpact(
            who, shards[0].ContributorNumber, shards.Count, shards.Sum(shard => (long)shard.Points),
            gains.Length == 0 ? null : gains.Aggregate((sum, gain) => sum + gain),
            shards.SelectMany(shard => shard.Models).Distinct().Count(), claimed, waiting, usage)
        {
            Low = lows.Length == 0 ? null : lows.Aggregate((sum, low) => sum + low),
        };
    }

    /// <summary>The models that learned from each shard, by the plans of the jobs that made them.</summary>
    private async Task<(Dictionary<Hash32, List<ModelId>> Uses, bool Complete)> UsesAsync(DatasetId id, CancellationToken stop)
    {
        var uses = new Dictionary<Hash32, List<ModelId>>();
        var models = index.Models.List(id, new SliceRequest(MaxModels));
        bool complete = models.Next is null;
        foreach (var model in models.Items.Reverse())
        {
            if (model.Job is not { } made || index.Jobs.Find(made) is not { } job) continue;
            if (await planned.FindAsync(job, stop) is not { } shards)
            {
                complete = false;
                continue;
            }
            foreach (var shard in shards)
            {
                if (!uses.TryGetValue(shard, out var of)) uses[shard] = of = [];
                of.Add(model.Id);
            }
        }
        return (uses, complete);
    }

    private Money ClaimedBy(DatasetId id, Address holder) =>
        index.Shares.HoldingsOf(holder).FirstOrDefault(holding => holding.Dataset == id)?.Claimed ?? Money.Zero;

    private (Money Paid, bool Complete) UsageOf(DatasetId id, Address contributor)
    {
        var claims = index.Usage.ClaimsOf(contributor, new SliceRequest(MaxUsageClaims));
        return (Money.Sum(claims.Items.Where(claim => index.Jobs.Find(claim.Job)?.Dataset == id).Select(claim => claim.Amount)),
            claims.Next is null);
    }

    /// <summary>What shares have earned is known to their contract alone; null where it does not answer in time.</summary>
    private Task<IReadOnlyList<Money>?> WaitingAsync(DatasetId id, IReadOnlyList<Address> holders, CancellationToken stop) =>
        chain.AskAsync<IReadOnlyList<Money>>(timeout => ledger.Shares.ClaimableAsync(id, holders, timeout), stop);
}
