using System.Collections.Concurrent;
using System.Security.Cryptography;
using DataBright.Compute.Failures;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;

namespace DataBright.Compute.Predictions;

/// <summary>Takes vouchers for one worker, and turns the highest ones into credits on the ledger.</summary>
internal sealed class Till(Address worker, VoucherStatements statements, IChannelLedger ledger, TimeProvider clock, PredictionMetrics? metrics = null)
{
    /// <summary>How long what the ledger said of a channel is believed before a voucher that it forbids asks again.</summary>
    private static readonly TimeSpan Belief = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a channel is taken for open. Ending one takes its buyer a challenge period, which is longer: without this, a buyer whose
    /// vouchers were all settled could take its deposit back and go on asking.
    /// </summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>How long the ledger may take for a word about a channel.</summary>
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(60);

    /// <summary>How long a settlement may take.</summary>
    private static readonly TimeSpan SettleLimit = TimeSpan.FromMinutes(5);

    private const int AtOnce = 8;

    /// <summary>Never given up while the channel is open: what is not settled when it is closed is lost. The end of the channel ends it.</summary>
    private static readonly RetryTerms Again = new(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10));

    private readonly ConcurrentDictionary<ChannelId, Drawer> _drawers = [];
    private readonly RetryBook<ChannelId> _failed = new(Again, clock);

    /// <summary>Takes over what a journal says was taken.</summary>
    public void Restore(TakenVoucher taken) => _drawers.GetOrAdd(taken.Voucher.Statement.Channel, _ => new Drawer()).Account.Restore(taken);

    /// <summary>Checks a voucher and takes it for predictions of a price.</summary>
    /// <returns>What has to be kept. Also where the same request was taken before: it may not have come as far as the journal then.</returns>
    /// <exception cref="PredictionRefusedException">It does not pay for that.</exception>
    public async ValueTask<TakenVoucher> TakeAsync(Signed<Voucher> voucher, ModelId model, Hash32 inputs, Money price, CancellationToken stop)
    {
        var statement = voucher.Statement;
        var drawer = await DrawerAsync(statement.Channel, stop);
        var channel = drawer.Channel!;
        if (channel.Worker != worker || channel.Model != model)
            throw new PredictionRefusedException(PredictionRefusal.ChannelOfAnother, $"Channel {channel.Id} pays {channel.Worker} for model {channel.Model}; open one to this worker for model {model}.");
        if (statement.Cumulative > channel.Deposit || channel.State != ChannelState.Open || clock.GetElapsedTime(drawer.AskedAt) >= Fresh)
            channel = await AskAgainAsync(drawer, statement.Channel, stop);
        if (channel.State != ChannelState.Open)
            throw new PredictionRefusedException(PredictionRefusal.ChannelNotOpen, $"Channel {channel.Id} is {channel.State.ToString().ToLowerInvariant()}; open another one.");
        if (statement.Cumulative > channel.Deposit)
            throw new PredictionRefusedException(PredictionRefusal.VoucherTooHigh, $"Channel {channel.Id} holds ${channel.Deposit} and the voucher says ${statement.Cumulative}: top the channel up.");
        if (!drawer.Verifies(statements.Digest(statement), voucher.Signature))
            throw new PredictionRefusedException(PredictionRefusal.VoucherForged, $"The voucher was not signed by {channel.Signer}, who signs for channel {channel.Id}.");
        var taken = new TakenVoucher(voucher, inputs, price);
        if (drawer.Account.Take(taken)) metrics?.Take();
        return taken;
    }

    /// <summary>Forgets a voucher that nothing was answered for.</summary>
    public void GiveBack(TakenVoucher taken)
    {
        if (_drawers.TryGetValue(taken.Voucher.Statement.Channel, out var drawer)) drawer.Account.GiveBack(taken);
    }

    /// <summary>Settles every channel whose highest voucher is not settled yet, side by side; one that fails or hangs does not hold up the others.</summary>
    /// <param name="report">Hears of what failed, once for each reason.</param>
    /// <param name="stop">Cancels.</param>
    /// <param name="closingOnly">Only those whose buyers close them.</param>
    /// <param name="patiently">Whether those that failed a short while ago are left for later.</param>
    /// <returns>What was settled.</returns>
    public async Task<IReadOnlyList<Settlement>> SettleAsync(Action<string> report, CancellationToken stop, bool closingOnly = false, bool patiently = false)
    {
        var settled = new ConcurrentQueue<Settlement>();
        var due = _drawers.Where(drawer => drawer.Value.IsUnsettled && (!patiently || _failed.IsDue(drawer.Key))).ToArray();
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (one, inner) =>
        {
            var (id, drawer) = one;
            try
            {
                if (await TimeLimit.RunAsync(SettleLimit, clock, $"Settling channel {id}", limit => SettleAsync(id, drawer, closingOnly, limit), inner) is { } done)
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
    private async Task<Settlement?> SettleAsync(ChannelId id, Drawer drawer, bool closingOnly, CancellationToken stop)
    {
        if (drawer.Account.Highest is not { } highest) return null;
        var channel = await ledger.FindAsync(id, stop);
        if (channel is not null) drawer.Believe(channel, clock);
        if (channel is null || channel.State == ChannelState.Closed || highest.Statement.Cumulative <= channel.Settled)
        {
            drawer.Settled = highest.Statement.Cumulative;
            return null;
        }

        if (closingOnly && channel.State != ChannelState.Closing) return null;
        var done = await ledger.SettleAsync(highest, stop);
        drawer.Settled = highest.Statement.Cumulative;
        return done;
    }

    private Task<Channel?> FindAsync(ChannelId id, CancellationToken stop) =>
        TimeLimit.RunAsync(AskLimit, clock, $"The ledger's word about channel {id}", inner => ledger.FindAsync(id, inner), stop);

    private async ValueTask<Drawer> DrawerAsync(ChannelId id, CancellationToken stop)
    {
        if (_drawers.TryGetValue(id, out var known) && known.Channel is not null) return known;
        // An unknown number is not remembered: whoever makes numbers up fills no table.
        var channel = await FindAsync(id, stop)
            ?? throw new PredictionRefusedException(PredictionRefusal.ChannelUnknown, $"The ledger has no channel {id}; open one first.");
        var drawer = _drawers.GetOrAdd(id, _ => new Drawer());
        drawer.Believe(channel, clock);
        return drawer;
    }

    private async ValueTask<Channel> AskAgainAsync(Drawer drawer, ChannelId id, CancellationToken stop)
    {
        if (clock.GetElapsedTime(drawer.AskedAt) < Belief) return drawer.Channel!;
        if (await FindAsync(id, stop) is { } channel) drawer.Believe(channel, clock);
        return drawer.Channel!;
    }

    private sealed class Drawer
    {
        public ChannelAccount Account { get; } = new();

        public Channel? Channel { get; private set; }

        public long AskedAt { get; private set; }

        public Money Settled { get; set; }

        public bool IsUnsettled => Account.Highest is { } highest && highest.Statement.Cumulative > Settled;

        public void Believe(Channel channel, TimeProvider clock)
        {
            Channel = channel;
            AskedAt = clock.GetTimestamp();
            if (channel.Settled > Settled) Settled = channel.Settled;
        }

        public bool Verifies(Hash32 digest, Signature signature) => signature.IsBy(Channel!.Signer, digest);
    }
}
