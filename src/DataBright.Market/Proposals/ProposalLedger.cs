using DataBright.Ethereum;
using DataBright.Market.Datasets;
using Contract = DataBright.Market.Generated.Proposals;

namespace DataBright.Market.Proposals;

/// <summary>Proposals and votes on the ledger.</summary>
public sealed class ProposalLedger
{
    private readonly Ledger _ledger;

    internal ProposalLedger(Ledger ledger)
    {
        _ledger = ledger;
        Statements = new Statements(ledger.Addresses);
        Acts = new ProposalActs(ledger.Addresses);
    }

    /// <summary>What is done about proposals, as values for whoever does it.</summary>
    public ProposalActs Acts { get; }

    /// <summary>Signing of ballots and evaluations for this market.</summary>
    public Statements Statements { get; }

    private Address At => _ledger.Addresses.Proposals;

    /// <summary>Offers a shard to a dataset and puts up the dataset's bond.</summary>
    /// <exception cref="RuleBrokenException">The shard is listed already, empty, or the bond cannot be paid.</exception>
    public async Task<ProposalId> ProposeAsync(DatasetId dataset, OfferedShard shard, Signer contributor, CancellationToken stop) =>
        await contributor.SendAsync(Acts.Propose(dataset, shard, await BondAsync(dataset, stop)), stop);

    /// <summary>Asks the shareholders to take a listed shard off the list. The same bond applies.</summary>
    public async Task<ProposalId> ProposeDelistingAsync(DatasetId dataset, Hash32 shard, string reason, Signer proposer,
        CancellationToken stop) =>
        await proposer.SendAsync(Acts.ProposeDelisting(dataset, shard, reason, await BondAsync(dataset, stop)), stop);

    /// <summary>Asks the shareholders to name another best model, or none. Bond and majority are those of a delisting.</summary>
    /// <exception cref="RuleBrokenException">The metric is none, or the bond cannot be paid.</exception>
    public async Task<ProposalId> ProposeReplacementAsync(DatasetId dataset, Replacement replacement, string reason, Signer proposer,
        CancellationToken stop) =>
        await proposer.SendAsync(Acts.ProposeReplacement(dataset, replacement, reason, await BondAsync(dataset, stop)), stop);

    /// <summary>What a dataset takes for any proposal.</summary>
    /// <exception cref="RuleBrokenException">There is no such dataset.</exception>
    public async Task<Money> BondAsync(DatasetId dataset, CancellationToken stop) =>
        (await _ledger.Datasets.PolicyAsync(dataset, stop)).ProposalBond;

    /// <summary>Casts a shareholder's vote with the weight it held when the proposal opened.</summary>
    /// <exception cref="RuleBrokenException">Voting is over, the vote is the second one, or no share was held.</exception>
    public Task<Vote> VoteAsync(ProposalId proposal, Choice choice, string? reason, Signer voter, CancellationToken stop) =>
        voter.SendAsync(Acts.Vote(proposal, choice, reason), stop);

    /// <summary>Carries a signed ballot to the ledger; the voter pays nothing.</summary>
    /// <exception cref="RuleBrokenException">As for a vote, or the signature is not the voter's or too old.</exception>
    public Task<Vote> RelayAsync(Signed<Ballot> ballot, Signer relayer, CancellationToken stop) =>
        relayer.SendAsync(Acts.VoteBySignature(ballot), stop);

    /// <summary>What a voter commits to where votes are shielded.</summary>
    public static Hash32 Commitment(ProposalId proposal, Address voter, Choice choice, Hash32 salt)
    {
        var encoded = new AbiWriter(4);
        encoded.Uint(proposal, 256);
        encoded.Address(voter);
        encoded.Uint((Uint256)(ulong)choice, 8);
        encoded.Hash32(salt);
        return Keccak.Hash(encoded.ToArray());
    }

    /// <summary>The first step of a shielded vote.</summary>
    public Task CommitVoteAsync(ProposalId proposal, Choice choice, Hash32 salt, Signer voter, CancellationToken stop) =>
        voter.SendAsync(Acts.CommitVote(proposal, Commitment(proposal, voter.Address, choice, salt)), stop);

    /// <summary>The second step, of a curator as of a shareholder; anyone who knows the salt may send it.</summary>
    public Task<Vote> RevealVoteAsync(
        ProposalId proposal, Address voter, Choice choice, Hash32 salt, string? reason, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.RevealVote(proposal, voter, choice, salt, reason), stop);

    /// <summary>Takes a proposal from the curators to all shareholders, who then vote openly.</summary>
    /// <returns>Until when they vote.</returns>
    /// <exception cref="RuleBrokenException">It is not under review, it is too early or too late, or the sender held no shares.</exception>
    public Task<DateTimeOffset> AppealAsync(ProposalId proposal, Signer holder, CancellationToken stop) =>
        holder.SendAsync(Acts.Appeal(proposal), stop);

    /// <summary>Posts a referee's measurement of an open proposal; anyone may carry it.</summary>
    public Task PostEvaluationAsync(Signed<EvaluationStatement> evaluation, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.PostEvaluation(evaluation), stop);

    /// <summary>Ends a proposal whose outcome can no longer change; anyone may send it.</summary>
    /// <exception cref="RuleBrokenException">The outcome is still open, or the proposal was finalised before.</exception>
    public Task<Finalised> FinaliseAsync(ProposalId proposal, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.Finalise(proposal), stop);

    /// <summary>Pays the bond of an accepted or expired proposal back to its contributor; anyone may send it.</summary>
    public Task<Money> WithdrawBondAsync(ProposalId proposal, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.WithdrawBond(proposal), stop);

    public async Task<Proposal?> FindAsync(ProposalId id, CancellationToken stop)
    {
        var found = await _ledger.FindAsync(Contract.GetProposal(At, id), Rule.ProposalUnknown, stop);
        return found is null ? null : new Proposal(
            id, new DatasetId(Figures.Long(found.DatasetId)), (ProposalKind)found.Kind, (ProposalState)found.State, found.ShardRoot,
            Figures.Int(found.Count), found.Contributor, Figures.Long(found.Snapshot), ChainTime.From(found.Deadline),
            found.UnderReview ? ShareAmount.Zero : (ShareAmount)found.Yes, found.UnderReview ? ShareAmount.Zero : (ShareAmount)found.No,
            found.Shielded, found.Extended, found.BondWithdrawn)
        {
            Review = found.UnderReview ? new Review(Figures.Int(found.Yes), Figures.Int(found.No)) : null,
        };
    }

    /// <summary>What finalising would do now: <see cref="ProposalState.Open"/> while the outcome can still change.</summary>
    public async Task<ProposalState> OutcomeAsync(ProposalId id, CancellationToken stop) =>
        (ProposalState)await _ledger.ReadAsync(Contract.Outcome(At, id), stop);

    public Task<bool> HasVotedAsync(ProposalId id, Address voter, CancellationToken stop) =>
        _ledger.ReadAsync(Contract.HasVoted(At, id, voter), stop);

    /// <summary>What a voter committed to; null while it has not, or where votes are open.</summary>
    public async Task<Hash32?> CommitmentOfAsync(ProposalId id, Address voter, CancellationToken stop) =>
        await _ledger.ReadAsync(Contract.CommitmentOf(At, id, voter), stop) is var found && found != Hash32.Zero ? found : null;

    /// <summary>The measurement that is on the ledger; null while there is none.</summary>
    public async Task<PostedEvaluation?> EvaluationAsync(ProposalId id, CancellationToken stop)
    {
        var found = await _ledger.ReadAsync(Contract.EvaluationOf(At, id), stop);
        return found.Posted > 0
            ? new PostedEvaluation(found.Median.AccuracyBefore, found.Median.AccuracyAfter, found.Median.LowerEnd,
                new JobId(Figures.Long(found.Median.JobId)), (int)Figures.Long(found.Posted))
            : null;
    }

    /// <summary>How many proposals there are; their numbers run from one to this.</summary>
    public async Task<ulong> CountAsync(CancellationToken stop) => Figures.Long(await _ledger.ReadAsync(Contract.ProposalCount(At), stop));
}
