using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Actions;
using DataBright.Node.Rest;
using Contract = DataBright.Market.Generated.Proposals;

namespace DataBright.Node.Proposals;

/// <summary>Voting on proposals, and what follows from it.</summary>
internal static class ProposalActions
{
    private static readonly TimeSpan BallotLasts = TimeSpan.FromDays(1);

    public static IReadOnlyList<MarketAction> All { get; } =
    [
        new("vote", "Vote openly on a proposal", ["proposal", "choice", "reason", "gas", "anyway"], VoteAsync),
        new("commit-vote", "The first step of a shielded vote", ["proposal", "commitment", "anyway"], CommitAsync),
        new("reveal-vote", "The second step of a shielded vote", ["proposal", "choice", "salt", "reason"], RevealAsync),
        new("appeal", "Take what curators found to all shareholders", ["proposal"], (form, context, _) => Simple(form, "appealed to the shareholders", "Appeal", Contract.Appeal, context)),
        new("finalise", "End a proposal whose outcome can no longer change", ["proposal"], (form, context, _) => Simple(form, "final", "Finalise", Contract.Finalise, context)),
        ReplacementAction.Propose,
        new("replace-best", "Carry out an accepted replacement of a dataset's best model", ["proposal"], (form, context, _) => Task.FromResult(ReplaceBest(form, context))),
        new("withdraw-bond", "Pay the bond of a proposal back to its contributor", ["proposal"], (form, context, _) => Simple(form, "rid of its bond, which was paid back", "Pay back the bond", Contract.WithdrawBond, context)),
    ];

    private static async Task<PreparedAction> VoteAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var (proposal, choice, reason) = (form.Id<ProposalId>("proposal"), form.Choice(), form.Words("reason"));
        if (choice == Choice.Yes) await RequireFileAsync(form, proposal, context, stop);
        if (form.Find("gas") == "node") return await RelayedAsync(new Ballot(proposal, choice, form.By, reason, context.Now + BallotLasts), context, stop);
        var call = reason.Length == 0
            ? Contract.Vote(context.At.Proposals, proposal, (Contract.Choice)choice)
            : Contract.VoteWithReason(context.At.Proposals, proposal, (Contract.Choice)choice, reason);
        return PreparedAction.Of($"You voted {Word(choice)} on proposal {proposal}.", $"Vote {Word(choice)} on proposal {proposal}", call);
    }

    /// <summary>A yes to a file that is not what it is said to be gives shares for nothing.</summary>
    private static async Task RequireFileAsync(ActionForm form, ProposalId proposal, ActionContext context, CancellationToken stop)
    {
        if (form.Find("anyway") != "yes" && await context.Market.FileProblemAsync(proposal, stop) is { } problem)
            throw new InvalidRequestException("anyway", $"{problem} To vote yes all the same, say so: 'anyway' is 'yes'.");
    }

    /// <summary>The same vote as a signed ballot, which this node carries and pays for.</summary>
    private static async Task<PreparedAction> RelayedAsync(Ballot ballot, ActionContext context, CancellationToken stop)
    {
        if (context.Relayer is not { } relayer) throw new InvalidRequestException("gas", "This node does not pay for others' gas. Send the vote yourself.");
        await relayer.RequireCastableAsync(ballot, stop);
        var statements = context.Ledger.Proposals.Statements;
        var body = new JsonObject
        {
            ["voter"] = ballot.Voter.ToString(),
            ["choice"] = Word(ballot.Choice),
            ["reason"] = ballot.Reason,
            ["deadline"] = ballot.Deadline.ToUnixTimeSeconds(),
        };
        return new PreparedAction($"You voted {Word(ballot.Choice)} on proposal {ballot.Proposal}; this node paid the gas.", [], new Message(
            $"Sign the vote {Word(ballot.Choice)} on proposal {ballot.Proposal}", statements.ForWallet(ballot), $"/api/v1/proposals/{ballot.Proposal}/ballots", body, async (key, until) =>
            {
                var vote = await relayer.VoteAsync(statements.Sign(ballot, key), until);
                return new Carried(vote.Transaction, vote.Block);
            }));
    }

    /// <summary>A wallet's page sends the commitment alone, so that this node never learns the vote before it is revealed.</summary>
    private static async Task<PreparedAction> CommitAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var proposal = form.Id<ProposalId>("proposal");
        if (form.Salt is not null && form.Choice() == Choice.Yes) await RequireFileAsync(form, proposal, context, stop);
        var commitment = form.Salt is { } salt ? ProposalLedger.Commitment(proposal, form.By, form.Choice(), salt.Of(proposal)) : form.Hash("commitment");
        return PreparedAction.Of(
            $"Your vote on proposal {proposal} is sealed. Come back to reveal it when voting has ended.", $"Seal a vote on proposal {proposal}",
            Contract.CommitVote(context.At.Proposals, proposal, commitment));
    }

    private static async Task<PreparedAction> RevealAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var (proposal, reason) = (form.Id<ProposalId>("proposal"), form.Words("reason"));
        var (choice, salt) = form.Salt is { } own ? (await OpenAsync(proposal, form.By, own.Of(proposal), context, stop), own.Of(proposal)) : (form.Choice(), form.Hash("salt"));
        return PreparedAction.Of(
            $"Your vote on proposal {proposal}, {Word(choice)}, is counted.", $"Reveal the vote on proposal {proposal}",
            Contract.RevealVote(context.At.Proposals, proposal, form.By, (Contract.Choice)choice, salt, reason));
    }

    /// <summary>There are two votes only: whichever gives the commitment was it.</summary>
    private static async Task<Choice> OpenAsync(ProposalId proposal, Address voter, Hash32 salt, ActionContext context, CancellationToken stop)
    {
        var sealedVote = await context.Ledger.Client.CallAsync(Contract.CommitmentOf(context.At.Proposals, proposal, voter), stop: stop);
        foreach (var choice in Enum.GetValues<Choice>())
            if (ProposalLedger.Commitment(proposal, voter, choice, salt) == sealedVote) return choice;
        throw new InvalidRequestException("proposal", $"No vote of {voter} on proposal {proposal} was sealed from here, so it cannot be revealed from here.");
    }

    private static PreparedAction ReplaceBest(ActionForm form, ActionContext context)
    {
        var proposal = form.Id<ProposalId>("proposal");
        return PreparedAction.Of($"Proposal {proposal} is carried out.", $"Carry out proposal {proposal}", Market.Generated.Models.ReplaceBest(context.At.Models, proposal));
    }

    private static Task<PreparedAction> Simple(ActionForm form, string became, string verb, Func<Address, Uint256, ContractCall> call, ActionContext context)
    {
        var proposal = form.Id<ProposalId>("proposal");
        return Task.FromResult(PreparedAction.Of($"Proposal {proposal} is {became}.", $"{verb}: proposal {proposal}", call(context.At.Proposals, proposal)));
    }

    private static string Word(Choice choice) => choice == Choice.Yes ? "yes" : "no";
}
