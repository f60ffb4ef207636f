using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;
using Contract = DataBright.Market.Generated.Proposals;

namespace DataBright.Node.Proposals;

/// <summary>What accounts can do about open proposals, as the contracts have it.</summary>
internal sealed class BallotReader(LedgerIndex index, MarketAddresses market, Market.Ledger ledger, ChainQueries chain,
    ProposalSummaries summaries, MarketClock clock)
{
    /// <summary>Null where the proposal is decided, or the chain does not answer now.</summary>
    public async Task<BallotFacts?> FindAsync(ProposalId id, Address voter, CancellationToken stop) =>
        index.Proposals.Find(id) is { State: ProposalState.Open } row
            ? await chain.AskAsync(timeout => ReadAsync(row, voter, timeout), stop) : null;

    private async Task<BallotFacts> ReadAsync(IndexedProposal row, Address voter, CancellationToken stop)
    {
        var weight = row.UnderReview ? ShareAmount.Zero : await ledger.Shares.VotesAtAsync(row.Dataset, voter, row.Snapshot, stop);
        var committed = await ledger.Client.CallAsync(Contract.CommitmentOf(market.Proposals, row.Id, voter), stop: stop);
        var outcome = await ledger.Proposals.OutcomeAsync(row.Id, stop);
        var (phase, ends) = summaries.PhaseOf(row);
        return new BallotFacts(
            phase, outcome, row.UnderReview, weight, Fraction.Of(weight.Units, row.Supply.Units),
            row.UnderReview && await ledger.Datasets.IsCuratorAsync(row.Dataset, voter, stop),
            await ledger.Proposals.HasVotedAsync(row.Id, voter, stop),
            committed == Hash32.Zero ? null : committed, ends)
        {
            MeasurableUntil = outcome == ProposalState.Accepted && MayBeMeasured(row) ? row.Deadline : null,
        };
    }

    /// <summary>The contract's own rule of when a measurement could still bring shares.</summary>
    private bool MayBeMeasured(IndexedProposal row) =>
        row is { Kind: ProposalKind.Listing, Evaluation: null } && clock.Now <= row.Deadline
            && index.Datasets.Find(row.Dataset)?.Policy.GainBonusBps > 0;
}
