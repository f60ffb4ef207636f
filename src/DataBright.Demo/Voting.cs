using System.Globalization;
using DataBright.Compute.Evaluations;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Proposals;
using DataBright.Services.Discussion;

namespace DataBright.Demo;

/// <summary>Second chapter: each offer is proposed, measured on the computation market, voted on and decided.</summary>
internal sealed class Voting(DemoMarket stage, Collection collection, DemoLog narrator)
{
    private static readonly Money EvaluationPay = Money.Parse("3.50");
    private static readonly Money SchedulerFee = Money.Parse("0.50");

    /// <summary>The simplest there is: it is trained many times, and what data does to it shows all the same.</summary>
    private static readonly Architecture Subject = Architectures.SoftmaxRegression;

    /// <summary>
    /// The dataset's. Twice its 800 steps move the accuracy by 0.2 points at most (500 to 6,000 digits), and five pairs tell a point from
    /// chance.
    /// </summary>
    public static MeasurementTerms Terms { get; } = MeasurementTerms.Usual
        with { Architecture = Subject, Fresh = new Optimiser(0.02f, 0.9f), Steps = 800, Pairs = 5 };

    private readonly List<EvaluationLine> _lines = [];
    private readonly List<JobId> _jobs = [];

    public IReadOnlyList<EvaluationLine> Lines => _lines;

    public IReadOnlyList<JobId> Jobs => _jobs;

    /// <summary>What was said about the offer that was discussed.</summary>
    public DiscussionLine? Discussion { get; private set; }

    public async Task TellAsync(Offer offer, CancellationToken stop)
    {
        var contributor = stage.Parties[offer.Contributor];
        var duplicates = collection.Known.Compare(offer.Shard);
        var reference = await stage.KeepAsync(offer.Shard, stop);
        var proposal = await stage.Ledger.Proposals.ProposeAsync(
            collection.Id, new OfferedShard(reference.Root, reference.Count, reference.Cid), contributor, stop);
        narrator.Line($"{offer.Contributor} offers {offer.Boast}");
        using var discussion = offer.IsDiscussed ? new Discussing(stage, proposal, narrator) : null;
        if (discussion is not null)
            await discussion.AskAsync(offer.Contributor, stop);

        var version = (await stage.Ledger.Datasets.FindAsync(collection.Id, stop))!.VersionRoot;
        var plan = EvaluationPlan.For(collection.Id, version, collection.Listed, reference, collection.HeldOut, Terms, Subject)
            with { SchedulerFee = SchedulerFee };
        var job = await stage.Orders.PlaceAsync(plan, proposal, EvaluationPay, contributor, stop);
        _jobs.Add(job);
        await narrator.WaitAsync($"measuring it: {plan.Runs.Count} training runs, each on {plan.Redundancy} workers",
            report => stage.Orders.WatchAsync(job, report, stop));
        var attested = await stage.Orders.AttestAsync(job, stop);
        await stage.Ledger.Proposals.PostEvaluationAsync(attested.Signed, contributor, stop);
        var gain = attested.Gain;
        var shown = new Gain(gain.Before, gain.After, gain.Gain, gain.Low, gain.High);
        narrator.Detail(string.Create(CultureInfo.InvariantCulture,
            $"accuracy {gain.Before:P1} → {gain.After:P1}, gain {VotingRule.Points(gain.Gain)} points (95 %: {VotingRule.Points(gain.Low)} "
            + $"to {VotingRule.Points(gain.High)}); {duplicates.Total:N0} of {offer.Shard.Count:N0} points are in already"));

        var accepted = await DecideAsync(proposal, shown, (double)duplicates.Total / offer.Shard.Count, contributor, discussion, stop);
        _lines.Add(new EvaluationLine(offer.Contributor, offer.Shard.Count, duplicates.Total, gain.Before, gain.After, gain.Gain, gain.Low,
            gain.High, accepted));
        if (!accepted)
            return;
        var reward = await stage.Ledger.Requests.PayRewardAsync(collection.Request, reference.Root, contributor, stop);
        narrator.Detail($"the request pays {offer.Contributor} ${reward}");
        collection.Add(reference, offer.Shard);
        collection.Shareholders.Add(offer.Contributor);
    }

    private async Task<bool> DecideAsync(ProposalId proposal, Gain gain, double duplicateShare, Signer contributor, Discussing? discussion,
        CancellationToken stop)
    {
        var (yes, reason) = VotingRule.Judge(gain, duplicateShare);
        var choice = yes ? Choice.Yes : Choice.No;
        var given = discussion is null ? reason : VoteAnchor.Reason(await discussion.LookAsync(gain, stop), reason);
        var votes = 0;
        foreach (var voter in collection.Shareholders)
        {
            if (await stage.Ledger.Proposals.OutcomeAsync(proposal, stop) != ProposalState.Open)
                break;
            if (discussion is not null && votes == 0)
                Discussion = await discussion.ReadAsync(await discussion.CarryAsync(voter, choice, given, stop), stop);
            else
                await stage.Ledger.Proposals.VoteAsync(proposal, choice, given, stage.Parties[voter], stop);
            votes++;
        }

        var end = await stage.Ledger.Proposals.FinaliseAsync(proposal, contributor, stop);
        if (end.State == ProposalState.Accepted)
        {
            await stage.Ledger.Proposals.WithdrawBondAsync(proposal, contributor, stop);
            narrator.Good($"accepted with {votes} votes (“{reason}”); {end.Minted} shares are minted");
            return true;
        }

        narrator.Bad($"{end.State.ToString().ToLowerInvariant()} with {votes} votes (“{reason}”); the bond goes to the shareholders");
        return false;
    }
}
