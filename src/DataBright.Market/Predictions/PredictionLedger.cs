using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Predictions;

namespace DataBright.Market.Predictions;

/// <summary>Prediction channels on the ledger: who serves a model, what buyers deposited, what vouchers were settled.</summary>
public sealed class PredictionLedger
{
    private readonly Ledger _ledger;

    internal PredictionLedger(Ledger ledger)
    {
        _ledger = ledger;
        Statements = new VoucherStatements(ledger.Addresses);
        Acts = new PredictionActs(ledger.Addresses);
    }

    /// <summary>What is done about prediction channels, as values for whoever does it.</summary>
    public PredictionActs Acts { get; }

    /// <summary>Signing and checking of vouchers for this market.</summary>
    public VoucherStatements Statements { get; }

    private Address At => _ledger.Addresses.Predictions;

    /// <summary>Lets a worker serve a model for a part of what buyers pay; again to change the part for new channels.</summary>
    /// <exception cref="RuleBrokenException">The sender does not own the model, or the part is above the whole.</exception>
    public Task AppointAsync(ModelId model, Address worker, int workerBps, Signer owner, CancellationToken stop) =>
        owner.SendAsync(Acts.Appoint(model, worker, workerBps), stop);

    /// <summary>No new channels to this worker; those that are open go on.</summary>
    public Task DismissAsync(ModelId model, Address worker, Signer owner, CancellationToken stop) =>
        owner.SendAsync(Acts.Dismiss(model, worker), stop);

    /// <summary>Opens a channel to a worker with a deposit.</summary>
    /// <param name="model">What is to be served.</param>
    /// <param name="worker">Who serves it: the model's owner, or a worker that it appointed.</param>
    /// <param name="voucherKey">Whose vouchers count; null for the buyer itself.</param>
    /// <param name="deposit">The most that can be spent before it is topped up.</param>
    /// <param name="buyer">Who pays and gets back what is left.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="RuleBrokenException">The worker does not serve the model, or the money is not there.</exception>
    public Task<Channel> OpenAsync(ModelId model, Address worker, Address? voucherKey, Money deposit, Signer buyer,
        CancellationToken stop) =>
        buyer.SendAsync(Acts.Open(model, worker, voucherKey, deposit), stop);

    /// <summary>Adds to an open channel's deposit; anyone may.</summary>
    public Task TopUpAsync(ChannelId channel, Money amount, Signer payer, CancellationToken stop) =>
        payer.SendAsync(Acts.TopUp(channel, amount), stop);

    /// <summary>Turns a voucher into credits; anyone may carry it.</summary>
    /// <exception cref="RuleBrokenException">The voucher is forged, of another channel, spent, or above the deposit.</exception>
    public Task<ChannelSettlement> SettleAsync(Signed<Voucher> voucher, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.Settle(voucher), stop);

    /// <summary>The buyer asks for its money back; the worker has the challenge period to settle its latest voucher.</summary>
    /// <returns>From when anyone may close the channel.</returns>
    public Task<DateTimeOffset> BeginClosingAsync(ChannelId channel, Signer buyer, CancellationToken stop) =>
        buyer.SendAsync(Acts.BeginClosing(channel), stop);

    /// <summary>Ends a channel: by its worker at once, by anyone when the challenge period is over.</summary>
    /// <returns>What was credited to the buyer.</returns>
    public Task<Money> CloseAsync(ChannelId channel, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.Close(channel), stop);

    /// <summary>Distributes what a model earned to its owner, its dataset's shareholders and its parents; anyone may send it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parents">Its parents, as they were registered.</param>
    /// <param name="sender">Who pays for the transaction.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="RuleBrokenException">Nothing was earned, or those are not its parents.</exception>
    public Task<Distribution> DistributeAsync(ModelId model, IEnumerable<ModelId> parents, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.Distribute(model, parents), stop);

    /// <summary>Pays an account everything that predictions owe it; anyone may send it.</summary>
    public Task<Money> WithdrawAsync(Address account, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.Withdraw(account), stop);

    public async Task<Channel?> FindAsync(ChannelId id, CancellationToken stop)
    {
        var found = await _ledger.FindAsync(Contract.GetChannel(At, id), Rule.ChannelUnknown, stop);
        return found is null ? null : new Channel(
            id, (ChannelState)found.State, found.Buyer, found.Signer, found.Worker, new ModelId(Figures.Long(found.ModelId)),
            Figures.Int(found.WorkerBps),
            (Money)found.Deposit, (Money)found.Settled,
            found.ClosesAt.IsZero ? null : ChainTime.From(found.ClosesAt));
    }

    /// <summary>
    /// A worker's part of what buyers of a model pay through it, in parts per ten thousand; null if it does not serve the model.
    /// </summary>
    public async Task<int?> TermsAsync(ModelId model, Address worker, CancellationToken stop)
    {
        try
        {
            return Figures.Int(await _ledger.ReadAsync(Contract.TermsOf(At, model, worker), stop));
        }
        catch (RuleBrokenException broken) when (broken.Is(Rule.WorkerNotAppointed, Rule.ModelUnknown))
        {
            return null;
        }
    }

    /// <summary>What a model has earned and nobody has distributed.</summary>
    public async Task<Money> EarnedAsync(ModelId model, CancellationToken stop) =>
        (Money)await _ledger.ReadAsync(Contract.Earned(At, model), stop);

    public async Task<Money> OwedAsync(Address account, CancellationToken stop) =>
        (Money)await _ledger.ReadAsync(Contract.Owed(At, account), stop);

    /// <summary>How long a worker can settle after a buyer began to close.</summary>
    public async Task<TimeSpan> ChallengePeriodAsync(CancellationToken stop) =>
        ChainTime.Span(await _ledger.ReadAsync(Contract.ChallengePeriod(At), stop));
}
