using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Proposals;
using DataBright.Node.Proposals;
using Contract = DataBright.Market.Generated.Proposals;

namespace DataBright.Node.Ledger;

internal sealed partial class IndexedMarket
{
    public async Task<BallotFacts?> BallotAsync(ProposalId id, Address voter, CancellationToken stop) =>
        index.Proposals.Find(id) is { State: ProposalState.Open } row ? await AskChainAsync(timeout => BallotAsync(row, voter, timeout), stop) : null;

    private async Task<BallotFacts> BallotAsync(IndexedProposal row, Address voter, CancellationToken stop)
    {
        var weight = row.UnderReview ? ShareAmount.Zero : await ledger.Shares.VotesAtAsync(row.Dataset, voter, row.Snapshot, stop);
        var committed = await ledger.Client.CallAsync(Contract.CommitmentOf(market.Proposals, row.Id, voter), stop: stop);
        var outcome = await ledger.Proposals.OutcomeAsync(row.Id, stop);
        var (phase, ends) = PhaseOf(row, Now);
        return new BallotFacts(
            phase, outcome, row.UnderReview, weight, Fraction.Of(weight.Units, row.Supply.Units),
            row.UnderReview && await ledger.Datasets.IsCuratorAsync(row.Dataset, voter, stop), await ledger.Proposals.HasVotedAsync(row.Id, voter, stop),
            committed == Hash32.Zero ? null : committed, ends)
        {
            MeasurableUntil = outcome == ProposalState.Accepted && MayBeMeasured(row) ? row.Deadline : null,
        };
    }

    /// <summary>The contract's own rule of when a measurement could still bring shares.</summary>
    private bool MayBeMeasured(IndexedProposal row) =>
        row is { Kind: ProposalKind.Listing, Evaluation: null } && Now <= row.Deadline && index.Datasets.Find(row.Dataset)?.Policy.GainBonusBps > 0;

    /// <summary>By the chain's own clock where that is ahead, as it may be on a chain for development.</summary>
    private DateTimeOffset Now => index.Position.At is var block && clock.GetUtcNow() is var now && block > now ? block : now;

    private (BallotPhase Phase, DateTimeOffset Ends) PhaseOf(IndexedProposal row, DateTimeOffset now) =>
        BallotPhases.Of(row, index.Datasets.Find(row.Dataset)?.Policy.RevealPeriod ?? TimeSpan.Zero, now);
}
