using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Actions;
using DataBright.Node.Rest;
using DataBright.Services.Relays;

namespace DataBright.Node.Proposals;

/// <summary>Makes votes ready: open ones, those whose gas the node pays, and both steps of shielded ones.</summary>
/// <param name="relayer">Who pays for others' gas; null where this node does not.</param>
internal sealed class ProposalVoting(ActionContext context, IProposalReader proposals, Relayer? relayer = null)
{
    private static readonly TimeSpan BallotLasts = TimeSpan.FromDays(1);

    private ProposalActs Acts => context.Ledger.Proposals.Acts;

    public async Task<PreparedAction> VoteAsync(ActionForm form, CancellationToken stop)
    {
        var (proposal, choice, reason) = (form.Id<ProposalId>("proposal"), form.Choice(), form.Words("reason"));
        if (choice == Choice.Yes) await RequireFileAsync(form, proposal, stop);
        if (form.Find("gas") == "node")
            return await RelayedAsync(new Ballot(proposal, choice, form.By, reason, context.Now + BallotLasts), stop);
        return await context.PrepareAsync(
            $"You voted {Word(choice)} on proposal {proposal}.", $"Vote {Word(choice)} on proposal {proposal}",
            Acts.Vote(proposal, choice, reason), form.By, stop);
    }

    /// <summary>A yes to a file that is not what it is said to be gives shares for nothing.</summary>
    private async Task RequireFileAsync(ActionForm form, ProposalId proposal, CancellationToken stop)
    {
        if (form.Find("anyway") != "yes" && await proposals.FileProblemAsync(proposal, stop) is { } problem)
            throw new InvalidRequestException("anyway", $"{problem} To vote yes all the same, say so: 'anyway' is 'yes'.");
    }

    /// <summary>The same vote as a signed ballot, which this node carries and pays for.</summary>
    private async Task<PreparedAction> RelayedAsync(Ballot ballot, CancellationToken stop)
    {
        if (relayer is null) throw new InvalidRequestException("gas", "This node does not pay for others' gas. Send the vote yourself.");
        await relayer.RequireCastableAsync(ballot, stop);
        var statements = context.Ledger.Proposals.Statements;
        var body = new JsonObject
        {
            ["voter"] = ballot.Voter.ToString(),
            ["choice"] = Word(ballot.Choice),
            ["reason"] = ballot.Reason,
            ["deadline"] = ballot.Deadline.ToUnixTimeSeconds(),
        };
        return new PreparedAction($"You voted {Word(ballot.Choice)} on proposal {ballot.Proposal}; this node paid the gas.", [],
            new Message(
            $"Sign the vote {Word(ballot.Choice)} on proposal {ballot.Proposal}", statements.ForWallet(ballot),
            $"/api/v1/proposals/{ballot.Proposal}/ballots", body, async (key, until) =>
            {
                var vote = await relayer.VoteAsync(statements.Sign(ballot, key), until);
                return new Carried(vote.Transaction, vote.Block);
            }));
    }

    /// <summary>A wallet's page sends the commitment alone, so that this node never learns the vote before it is revealed.</summary>
    public async Task<PreparedAction> CommitAsync(ActionForm form, CancellationToken stop)
    {
        var proposal = form.Id<ProposalId>("proposal");
        if (form.Key is not null && form.Choice() == Choice.Yes) await RequireFileAsync(form, proposal, stop);
        var commitment = SaltOf(form) is { } salt ? ProposalLedger.Commitment(proposal, form.By, form.Choice(), salt.Of(proposal))
            : form.Hash("commitment");
        return await context.PrepareAsync(
            $"Your vote on proposal {proposal} is sealed. Come back to reveal it when voting has ended.",
            $"Seal a vote on proposal {proposal}",
            Acts.CommitVote(proposal, commitment), form.By, stop);
    }

    public async Task<PreparedAction> RevealAsync(ActionForm form, CancellationToken stop)
    {
        var (proposal, reason) = (form.Id<ProposalId>("proposal"), form.Words("reason"));
        var (choice, salt) = SaltOf(form) is { } own ? (await OpenAsync(proposal, form.By, own.Of(proposal), stop), own.Of(proposal))
            : (form.Choice(), form.Hash("salt"));
        return await context.PrepareAsync(
            $"Your vote on proposal {proposal}, {Word(choice)}, is counted.", $"Reveal the vote on proposal {proposal}",
            Acts.RevealVote(proposal, form.By, choice, salt, reason), form.By, stop);
    }

    /// <summary>There are two votes only: whichever gives the commitment was it.</summary>
    private async Task<Choice> OpenAsync(ProposalId proposal, Address voter, Hash32 salt, CancellationToken stop)
    {
        var sealedVote = await context.Ledger.Proposals.CommitmentOfAsync(proposal, voter, stop);
        foreach (var choice in Enum.GetValues<Choice>())
            if (ProposalLedger.Commitment(proposal, voter, choice, salt) == sealedVote) return choice;
        throw new InvalidRequestException("proposal",
            $"No vote of {voter} on proposal {proposal} was sealed from here, so it cannot be revealed from here.");
    }

    /// <summary>Null where a wallet holds the key, and the salt with it.</summary>
    private BallotSalt? SaltOf(ActionForm form) => form.Key is { } key ? new BallotSalt(key, context.At) : null;

    private static string Word(Choice choice) => choice == Choice.Yes ? "yes" : "no";
}
