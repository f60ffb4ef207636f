using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;

namespace DataBright.Node.Proposals;

/// <summary>Proposals in short, as lists show them.</summary>
internal sealed class ProposalSummaries(LedgerIndex index, DatasetNames names, MarketClock clock)
{
    public ProposalSummary Of(IndexedProposal row) => Of(row, names.Of(row.Dataset));

    public ProposalSummary Of(IndexedProposal row, string datasetName)
    {
        var dataset = index.Datasets.Find(row.Dataset);
        var policy = dataset?.Policy ?? new Market.Datasets.DatasetPolicy();
        int threshold = row.Kind == ProposalKind.Listing ? policy.ThresholdBps : policy.DelistThresholdBps;
        return new ProposalSummary(
            row.Id, row.Kind, row.State, row.Dataset, datasetName, row.Contributor, row.Count, row.Evaluation is { } posted
                ? new Fraction(posted.GainPpm) : null,
            new Tally(row.Yes, row.No, row.Supply, Fraction.OfBasisPoints(policy.QuorumBps), Fraction.OfBasisPoints(threshold)),
            row.OpenedAt, row.Deadline)
        {
            Low = row.Evaluation is { } known ? new Fraction(known.LowPpm) : null,
            Replacement = row.Replacement,
            ToCarryOut = row is { Replacement: not null, State: ProposalState.Accepted } && !(dataset?.ReplacedBy?.Value >= row.Id.Value),
            Over = row.State == ProposalState.Open && PhaseOf(row).Phase == BallotPhase.Over,
        };
    }

    /// <summary>What can be done about an open proposal now, and until when.</summary>
    public (BallotPhase Phase, DateTimeOffset Ends) PhaseOf(IndexedProposal row) =>
        BallotPhases.Of(row, index.Datasets.Find(row.Dataset)?.Policy.RevealPeriod ?? TimeSpan.Zero, clock.Now);
}
