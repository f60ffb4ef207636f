using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Terminal;

namespace DataBright.Cli.Proposals;

/// <summary>Ends a proposal that is decided; a contributor who does it gets the bond back in the same go.</summary>
internal sealed class FinalizeCommand : SigningVerb
{
    private readonly Argument<ProposalId> _id;

    public FinalizeCommand()
        : base("finalize",
            "End a proposal whose outcome is certain: list its shard and mint its shares, carry out what else was decided, or reject it; "
            + "pays an open bond back", "proposal finalize 3") =>
        _id = Expect("ID", ProposalId.Parse, "The proposal");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var proposals = market.Ledger.Proposals;
        var before = await proposals.FindAsync(id, stop) ?? throw MissingThings.Of(id);
        var minted = before.State == ProposalState.Open
            ? (await output.WaitAsync("Finalising", _ => proposals.FinaliseAsync(id, signer, stop))).Minted : ShareAmount.Zero;
        var after = (await proposals.FindAsync(id, stop))!;
        var bond = after is { State: ProposalState.Accepted or ProposalState.Expired, BondWithdrawn: false }
            ? await output.WaitAsync("Paying the bond back", _ => proposals.WithdrawBondAsync(id, signer, stop))
            : Money.Zero;
        // After the bond: one that names no model of the dataset cannot be carried out, and its bond comes back all the same.
        var isCarriedOut = after is { State: ProposalState.Accepted, Replacement: not null } && await IsWaitingAsync(market, after, stop);
        if (isCarriedOut) await output.WaitAsync("Carrying it out", () => market.Ledger.Models.ReplaceBestAsync(id, signer, stop));
        if (before.State != ProposalState.Open && bond == Money.Zero && !isCarriedOut)
            throw new Failure(ExitCode.Refused, $"Proposal {id} has ended already: it is {before.State.ToString().ToLowerInvariant()}.");
        output.Show(new { id, state = after.State, yes = after.Yes, no = after.No, minted, bond }, console => console.Write(Sheet.Facts(
            ("Proposal", id), ("State", after.State), ("Yes", $"{TerminalWording.Of(after.Yes)} shares"),
            ("No", $"{TerminalWording.Of(after.No)} shares"),
            ("Best model", isCarriedOut ? ReplaceCommand.Words(after.Replacement!) : null),
            ("Minted", minted == ShareAmount.Zero ? null : $"{TerminalWording.Of(minted)} shares"),
            ("Bond paid back", bond == Money.Zero ? null : bond))));
        return ExitCode.Done;
    }

    /// <summary>One that came later was carried out otherwise.</summary>
    private static async Task<bool> IsWaitingAsync(MarketAccess market, Proposal proposal, CancellationToken stop) =>
        !((await market.Ledger.Models.ReplacedByAsync(proposal.Dataset, stop))?.Value >= proposal.Id.Value);
}
