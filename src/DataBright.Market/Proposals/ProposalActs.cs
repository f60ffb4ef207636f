using DataBright.Ethereum;
using DataBright.Market.Datasets;
using Contract = DataBright.Market.Generated.Proposals;

namespace DataBright.Market.Proposals;

/// <summary>What is done about proposals, each act as a value.</summary>
public sealed class ProposalActs
{
    private readonly MarketAddresses _market;

    internal ProposalActs(MarketAddresses market) => _market = market;

    private Address At => _market.Proposals;

    /// <summary>Offers a shard to a dataset, and puts up the dataset's bond.</summary>
    public LedgerAct<ProposalId> Propose(DatasetId dataset, OfferedShard shard, Money bond) => new(
        Contract.Propose(At, dataset, shard.Root, (uint)shard.Count, shard.Cid.ToBytes()),
        receipt => new ProposalId((ulong)receipt.Event(At, Contract.Events.Proposed.Matches, Contract.Events.Proposed.Decode).ProposalId))
    { Takes = Of(bond) };

    /// <summary>Asks the shareholders to take a listed shard off the list.</summary>
    public LedgerAct<ProposalId> ProposeDelisting(DatasetId dataset, Hash32 shard, string reason, Money bond) => new(
        Contract.ProposeDelisting(At, dataset, shard, reason),
        receipt => new ProposalId(Figures.Long(
            receipt.Event(At, Contract.Events.DelistingProposed.Matches, Contract.Events.DelistingProposed.Decode).ProposalId)))
    { Takes = Of(bond) };

    /// <summary>Asks the shareholders to name another best model, or none.</summary>
    public LedgerAct<ProposalId> ProposeReplacement(DatasetId dataset, Replacement replacement, string reason, Money bond) => new(
        Contract.ProposeReplacement(At, dataset, replacement.Replaced?.Value ?? 0, replacement.Model?.Value ?? 0,
            replacement.MetricPpm, reason),
        receipt => new ProposalId(Figures.Long(
            receipt.Event(At, Contract.Events.ReplacementProposed.Matches, Contract.Events.ReplacementProposed.Decode).ProposalId)))
    { Takes = Of(bond) };

    /// <summary>Casts a vote; a reason costs gas by its length.</summary>
    public LedgerAct<Vote> Vote(ProposalId proposal, Choice choice, string? reason) => new(string.IsNullOrEmpty(reason)
        ? Contract.Vote(At, proposal, (Contract.Choice)choice)
        : Contract.VoteWithReason(At, proposal, (Contract.Choice)choice, reason), CastIn);

    /// <summary>Carries a signed ballot for its voter.</summary>
    public LedgerAct<Vote> VoteBySignature(Signed<Ballot> ballot) =>
        new(Contract.VoteBySig(At, Statements.ToContract(ballot.Statement), ballot.Signature.ToBytes()), CastIn);

    /// <summary>The first step of a shielded vote.</summary>
    public LedgerAct CommitVote(ProposalId proposal, Hash32 commitment) => new(Contract.CommitVote(At, proposal, commitment));

    /// <summary>The second step of a shielded vote; anyone who knows the salt may take it.</summary>
    public LedgerAct<Vote> RevealVote(ProposalId proposal, Address voter, Choice choice, Hash32 salt, string? reason) =>
        new(Contract.RevealVote(At, proposal, voter, (Contract.Choice)choice, salt, reason ?? ""), CastIn);

    /// <summary>Takes a proposal from the curators to all shareholders. Gives until when they vote.</summary>
    public LedgerAct<DateTimeOffset> Appeal(ProposalId proposal) => new(Contract.Appeal(At, proposal), receipt =>
        ChainTime.From(receipt.Event(At, Contract.Events.Appealed.Matches, Contract.Events.Appealed.Decode).Deadline));

    /// <summary>Posts a referee's measurement of an open proposal.</summary>
    public LedgerAct PostEvaluation(Signed<EvaluationStatement> evaluation) =>
        new(Contract.PostEvaluation(At, Statements.ToContract(evaluation.Statement), evaluation.Signature.ToBytes()));

    /// <summary>Ends a proposal whose outcome can no longer change.</summary>
    public LedgerAct<Finalised> Finalise(ProposalId proposal) => new(Contract.Finalise(At, proposal), receipt =>
    {
        var end = receipt.Event(At, Contract.Events.ProposalFinalised.Matches, Contract.Events.ProposalFinalised.Decode);
        var listed = receipt.FindEvent(
            _market.Datasets, Generated.Datasets.Events.ShardListed.Matches, Generated.Datasets.Events.ShardListed.Decode);
        return new Finalised(
            proposal, (ProposalState)end.State, (ShareAmount)end.Yes, (ShareAmount)end.No,
            (ShareAmount)(listed?.SharesMinted ?? Uint256.Zero));
    });

    /// <summary>Pays the bond of an accepted or expired proposal back to its contributor.</summary>
    public LedgerAct<Money> WithdrawBond(ProposalId proposal) => new(Contract.WithdrawBond(At, proposal), receipt =>
        (Money)receipt.Event(At, Contract.Events.BondWithdrawn.Matches, Contract.Events.BondWithdrawn.Decode).Amount);

    private MoneyApproval? Of(Money bond) => MoneyApproval.Of(_market.Money, At, bond);

    private Vote CastIn(Receipt receipt)
    {
        if (receipt.FindEvent(At, Contract.Events.Judged.Matches, Contract.Events.Judged.Decode) is { } judged)
            return new Vote(new ProposalId(Figures.Long(judged.ProposalId)), judged.Curator, (Choice)judged.Choice, ShareAmount.Zero,
                judged.Reason);
        var voted = receipt.Event(At, Contract.Events.Voted.Matches, Contract.Events.Voted.Decode);
        var explained = receipt.FindEvent(At, Contract.Events.VoteExplained.Matches, Contract.Events.VoteExplained.Decode)?.Reason;
        return new Vote(
            new ProposalId(Figures.Long(voted.ProposalId)), voted.Voter, (Choice)voted.Choice, (ShareAmount)voted.Weight, explained ?? "");
    }
}
