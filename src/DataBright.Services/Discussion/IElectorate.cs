using System.Numerics;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Services.Discussion;

/// <summary>Who is who to a proposal. The ledger knows; a test may say it.</summary>
public interface IElectorate
{
    /// <summary>Null if there is no such proposal.</summary>
    Task<CommenterStanding?> FindAsync(ProposalId proposal, Address who, CancellationToken stop);
}

/// <summary>As the ledger has it.</summary>
public sealed class LedgerElectorate(Ledger ledger) : IElectorate
{
    public async Task<CommenterStanding?> FindAsync(ProposalId proposal, Address who, CancellationToken stop)
    {
        if (await ledger.Proposals.FindAsync(proposal, stop) is not { } found) return null;
        var policy = await ledger.Datasets.PolicyAsync(found.Dataset, stop);
        var supply = await ledger.Shares.SupplyAtAsync(found.Dataset, found.Snapshot, stop);
        return new CommenterStanding(
            found.Contributor == who,
            await ledger.Shares.VotesAtAsync(found.Dataset, who, found.Snapshot, stop),
            await ledger.Shares.BalanceAsync(found.Dataset, who, stop),
            QuorumOf(supply, policy.QuorumBps));
    }

    /// <summary>As the contract rounds it: up, and one unit at least.</summary>
    private static ShareAmount QuorumOf(ShareAmount supply, int quorumBps) =>
        new(UInt128.Max(1, (UInt128)(((BigInteger)supply.Units * Math.Clamp(quorumBps, 0, 10_000) + 9_999) / 10_000)));
}
