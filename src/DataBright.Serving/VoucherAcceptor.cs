using System.Collections.Concurrent;
using DataBright.Ethereum;
using DataBright.Failures;
using DataBright.Market;
using DataBright.Market.Predictions;

namespace DataBright.Serving;

/// <summary>Validates vouchers for one worker, and settles the highest voucher of each channel on the ledger.</summary>
internal sealed class VoucherAcceptor(Address worker, VoucherStatements statements, IChannelLedger ledger, TimeProvider clock,
    PredictionMetrics? metrics = null)
{
    /// <summary>How long what the ledger said of a channel is believed before a voucher that it forbids asks again.</summary>
    private static readonly TimeSpan RecheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a channel is taken for open. Ending one takes its buyer a challenge period, which is longer: without this, a buyer whose
    /// vouchers were all settled could take its deposit back and go on asking.
    /// </summary>
    private static readonly TimeSpan ChannelTtl = TimeSpan.FromMinutes(1);

    /// <summary>How long the ledger may take for a word about a channel.</summary>
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(60);

    /// <summary>How long a settlement may take.</summary>
    private static readonly TimeSpan SettleLimit = TimeSpan.FromMinutes(5);

    private const int AtOnce = 8;

    /// <summary>
    /// Never given up while the channel is open: what is not settled when it is closed is lost. The end of the channel ends it.
    /// </summary>
    private static readonly RetryTerms Again = new(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10));

    private readonly ConcurrentDictionary<ChannelId, ChannelEntry> _channels = [];
    private readonly RetryBook<ChannelId> _failed = new(Again, clock);

    /// <summary>Takes over what a journal says was taken.</summary>
    public void Restore(TakenVoucher taken) =>
        _channels.GetOrAdd(taken.Voucher.Statement.Channel, _ => new ChannelEntry()).Account.Restore(taken);

    /// <summary>Checks a voucher and takes it for predictions of a price.</summary>
    /// <returns>What has to be kept. Also where the same request was taken before: it may not have come as far as the journal
    /// then.</returns>
    /// <exception cref="PredictionRefusedException">It does not pay for that.</exception>
    public async ValueTask<TakenVoucher> TakeAsync(Signed<Voucher> voucher, ModelId model, Hash32 inputs, Money price,
        CancellationToken stop)
    {
        var statement = voucher.Statement;
        var entry = await EntryAsync(statement.Channel, stop);
        var channel = entry.Channel!;
        if (channel.Worker != worker || channel.Model != model)
            throw new PredictionRefusedException(PredictionRefusal.ChannelOfAnother,
                $"Channel {channel.Id} pays {channel.Worker} for model {channel.Model}; open one to this worker for model {model}.");
        if (statement.Cumulative > channel.Deposit || channel.State != ChannelState.Open
            || clock.GetElapsedTime(entry.AskedAt) >= ChannelTtl)
            channel = await AskAgainAsync(entry, statement.Channel, stop);
        if (channel.State != ChannelState.Open)
            throw new PredictionRefusedException(PredictionRefusal.ChannelNotOpen,
                $"Channel {channel.Id} is {channel.State.ToString().ToLowerInvariant()}; open another one.");
        if (statement.Cumulative > channel.Deposit)
            throw new PredictionRefusedException(PredictionRefusal.VoucherTooHigh,
                $"Channel {channel.Id} holds ${channel.Deposit} and the voucher says ${statement.Cumulative}: top the channel up.");
        if (!entry.Verifies(statements.Digest(statement), voucher.Signature))
            throw new PredictionRefusedException(PredictionRefusal.VoucherForged,
                $"The voucher was not signed by {channel.Signer}, who signs for channel {channel.Id}.");
        var taken = new TakenVoucher(voucher, inputs, price);
        if (entry.Account.Take(taken)) metrics?.Take();
        return taken;
    }

    /// <summary>Forgets a voucher that nothing was answered for.</summary>
    public void GiveBack(TakenVoucher taken)
    {
        if (_channels.TryGetValue(taken.Voucher.Statement.Channel, out var entry)) entry.Account.GiveBack(taken);
    }

    /// <summary>
    /// Settles every channel whose highest voucher is not settled yet, side by side; one that fails or hangs does not hold up the others.
    /// </summary>
    /// <param name="report">Hears of what failed, once for each reason.</param>
    /// <param name="stop">Cancels.</param>
    /// <param name="closingOnly">Only those whose buyers close them.</param>
    /// <param name="patiently">Whether those that failed a short while ago are left for later.</param>
    /// <returns>What was settled.</returns>
    public async Task<IReadOnlyList<ChannelSettlement>> SettleAsync(Action<string> report, CancellationToken stop, bool closingOnly = false,
        bool patiently = false)
    {
        var settled = new ConcurrentQueue<ChannelSettlement>();
        var due = _channels.Where(entry => entry.Value.IsUnsettled && (!patiently || _failed.IsDue(entry.Key))).ToArray();
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop },
            async (one, inner) =>
        {
            var (id, entry) = one;
            try
            {
                if (await TimeLimit.RunAsync(SettleLimit, clock, $"Settling channel {id}",
                    limit => SettleAsync(id, entry, closingOnly, limit), inner) is { } done)
                    settled.Enqueue(done);
                _failed.Forget(id);
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                var step = _failed.Fail(id, fault);
                if (step.IsNews) report($"Channel {id} could not be settled and will be tried again: {step.Reason}");
            }
        });
        return [.. settled];
    }

    /// <returns>Null where nothing is to be settled, or not yet.</returns>
    private async Task<ChannelSettlement?> SettleAsync(ChannelId id, ChannelEntry entry, bool closingOnly, CancellationToken stop)
    {
        if (entry.Account.Highest is not { } highest) return null;
        var channel = await ledger.FindAsync(id, stop);
        if (channel is not null) entry.Refresh(channel, clock);
        if (channel is null || channel.State == ChannelState.Closed || highest.Statement.Cumulative <= channel.Settled)
        {
            entry.Settled = highest.Statement.Cumulative;
            return null;
        }

        if (closingOnly && channel.State != ChannelState.Closing) return null;
        var done = await ledger.SettleAsync(highest, stop);
        entry.Settled = highest.Statement.Cumulative;
        return done;
    }

    private Task<Channel?> FindAsync(ChannelId id, CancellationToken stop) =>
        TimeLimit.RunAsync(AskLimit, clock, $"The ledger's word about channel {id}", inner => ledger.FindAsync(id, inner), stop);

    private async ValueTask<ChannelEntry> EntryAsync(ChannelId id, CancellationToken stop)
    {
        if (_channels.TryGetValue(id, out var known) && known.Channel is not null) return known;
        // An unknown number is not remembered: whoever makes numbers up fills no table.
        var channel = await FindAsync(id, stop)
            ?? throw new PredictionRefusedException(PredictionRefusal.ChannelUnknown, $"The ledger has no channel {id}; open one first.");
        var entry = _channels.GetOrAdd(id, _ => new ChannelEntry());
        entry.Refresh(channel, clock);
        return entry;
    }

    private async ValueTask<Channel> AskAgainAsync(ChannelEntry entry, ChannelId id, CancellationToken stop)
    {
        if (clock.GetElapsedTime(entry.AskedAt) < RecheckInterval) return entry.Channel!;
        if (await FindAsync(id, stop) is { } channel) entry.Refresh(channel, clock);
        return entry.Channel!;
    }

    private sealed class ChannelEntry
    {
        public ChannelAccount Account { get; } = new();

        public Channel? Channel { get; private set; }

        public long AskedAt { get; private set; }

        public Money Settled { get; set; }

        public bool IsUnsettled => Account.Highest is { } highest && highest.Statement.Cumulative > Settled;

        public void Refresh(Channel channel, TimeProvider clock)
        {
            Channel = channel;
            AskedAt = clock.GetTimestamp();
            if (channel.Settled > Settled) Settled = channel.Settled;
        }

        public bool Verifies(Hash32 digest, Signature signature) => signature.IsBy(Channel!.Signer, digest);
    }
}
