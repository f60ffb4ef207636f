using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Shares;

namespace DataBright.Market.Shares;

/// <summary>Shares of datasets on the ledger: who holds them and what they earn.</summary>
public sealed class ShareLedger
{
    private readonly Ledger _ledger;

    internal ShareLedger(Ledger ledger) => _ledger = ledger;

    /// <exception cref="RuleBrokenException">There is no such dataset.</exception>
    public async Task<Address> TokenAsync(DatasetId id, CancellationToken stop) =>
        (await _ledger.Datasets.FindAsync(id, stop))?.ShareToken
        ?? throw RuleBrokenException.Of(Rule.DatasetUnknown, new KeyValuePair<string, object>("datasetId", id));

    public async Task<ShareAmount> BalanceAsync(DatasetId id, Address holder, CancellationToken stop) =>
        (ShareAmount)await _ledger.ReadAsync(Contract.BalanceOf(await TokenAsync(id, stop), holder), stop);

    public async Task<ShareAmount> SupplyAsync(DatasetId id, CancellationToken stop) =>
        (ShareAmount)await _ledger.ReadAsync(Contract.TotalSupply(await TokenAsync(id, stop)), stop);

    /// <summary>The votes that an account had at the end of a past block: its own shares and those delegated to it.</summary>
    public async Task<ShareAmount> VotesAtAsync(DatasetId id, Address account, ulong block, CancellationToken stop) =>
        (ShareAmount)await _ledger.ReadAsync(Contract.GetPastVotes(await TokenAsync(id, stop), account, block), stop);

    public async Task<ShareAmount> SupplyAtAsync(DatasetId id, ulong block, CancellationToken stop) =>
        (ShareAmount)await _ledger.ReadAsync(Contract.GetPastTotalSupply(await TokenAsync(id, stop), block), stop);

    /// <summary>
    /// Lets another vote with the sender's shares, on proposals that open from the next block on; itself takes the votes back.
    /// </summary>
    public async Task DelegateAsync(DatasetId id, Address to, Signer holder, CancellationToken stop) =>
        await holder.SendAsync(ShareActs.Delegate(await TokenAsync(id, stop), to), stop);

    /// <summary>Who votes with an account's shares: itself unless it chose another.</summary>
    public async Task<Address> DelegateOfAsync(DatasetId id, Address holder, CancellationToken stop) =>
        await _ledger.ReadAsync(Contract.Delegates(await TokenAsync(id, stop), holder), stop);

    public async Task TransferAsync(DatasetId id, Address to, ShareAmount shares, Signer from, CancellationToken stop) =>
        await from.SendAsync(ShareActs.Transfer(await TokenAsync(id, stop), to, shares), stop);

    /// <summary>Spreads money over all shares that exist at this moment.</summary>
    public async Task DepositAsync(DatasetId id, Money sum, Signer payer, CancellationToken stop) =>
        await payer.SendAsync(ShareActs.Deposit(await TokenAsync(id, stop), _ledger.Addresses.Money, sum), stop);

    /// <summary>What a holder's shares have earned and it has not claimed.</summary>
    public async Task<Money> ClaimableAsync(DatasetId id, Address holder, CancellationToken stop) =>
        (Money)await _ledger.ReadAsync(Contract.Claimable(await TokenAsync(id, stop), holder), stop);

    /// <summary>The same for many holders, in one request and in their order.</summary>
    public async Task<IReadOnlyList<Money>> ClaimableAsync(DatasetId id, IReadOnlyList<Address> holders, CancellationToken stop)
    {
        var token = await TokenAsync(id, stop);
        return [.. (await _ledger.Client.CallAllAsync([.. holders.Select(holder => Contract.Claimable(token, holder))], stop: stop))
            .Select(sum => (Money)sum)];
    }

    /// <summary>Pays a holder what its shares have earned; anyone may send it.</summary>
    /// <exception cref="RuleBrokenException">Nothing was earned since the last claim.</exception>
    public async Task<Money> ClaimAsync(DatasetId id, Address holder, Signer sender, CancellationToken stop) =>
        await sender.SendAsync(ShareActs.Claim(await TokenAsync(id, stop), holder), stop);

    /// <summary>All dividends ever paid in.</summary>
    public async Task<Money> TotalDepositedAsync(DatasetId id, CancellationToken stop) =>
        (Money)await _ledger.ReadAsync(Contract.TotalDeposited(await TokenAsync(id, stop)), stop);
}
