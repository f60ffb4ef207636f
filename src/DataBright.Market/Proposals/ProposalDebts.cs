using DataBright.Market.Owed;
using Contract = DataBright.Market.Generated.Proposals;

namespace DataBright.Market.Proposals;

/// <summary>Bonds of proposers: given back unless the proposal was rejected.</summary>
internal static class ProposalDebts
{
    public static async Task AddAsync(OwedReading reading)
    {
        var bonds = reading.Index.Proposals.Bonds(reading.Account);
        foreach (var bond in bonds.Where(bond => bond.State != ProposalState.Open))
            reading.Owe(new Debt(DebtKind.Bond, DebtSource.Of(bond.Proposal), bond.Amount, [
                new DebtCall($"Return the bond of proposal {bond.Proposal}",
                    reading.Ledger.Proposals.Acts.WithdrawBond(bond.Proposal).Call)]) { HeldBy = reading.At.Proposals });
        var open = bonds.Where(bond => bond.State == ProposalState.Open).ToList();
        var outcomes = await reading.AskAsync([.. open.Select(bond => Contract.Outcome(reading.At.Proposals, bond.Proposal))]);
        foreach (var (bond, outcome) in open.Zip(outcomes))
            reading.Wait(DebtKind.Bond, DebtSource.Of(bond.Proposal), bond.Amount, bond.Deadline, (ProposalState)outcome switch
            {
                ProposalState.Open => "the vote is open; it is lost if the data is rejected",
                ProposalState.Rejected => "the data is rejected: it goes to the shareholders when the proposal is finalised",
                // Finalising may mint shares, and before its measurement costs the bonus: nobody does that in passing.
                _ => $"the vote is decided; whoever finalises it frees the bond: databright proposal finalize {bond.Proposal}",
            }, reading.At.Proposals);
    }
}
