using System.Collections.Concurrent;
using System.Security.Cryptography;
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

    private readonly ConcurrentDictionary<ChannelId, Drawer> _drawers = [];

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

    /// <summary>Settles every channel whose highest voucher is not settled yet; one that fails does not hold up the others.</summary>
    /// <returns>What was settled.</returns>
    public async Task<IReadOnlyList<Settlement>> SettleAsync(Action<string> report, CancellationToken stop, bool closingOnly = false)
    {
        var settled = new List<Settlement>();
        foreach (var (id, drawer) in _drawers)
        {
            if (drawer.Account.Highest is not { } highest || highest.Statement.Cumulative <= drawer.Settled) continue;
            try
            {
                var channel = await ledger.FindAsync(id, stop);
                if (channel is not null) drawer.Believe(channel, clock);
                if (channel is null || channel.State == ChannelState.Closed || highest.Statement.Cumulative <= channel.Settled)
                {
                    drawer.Settled = highest.Statement.Cumulative;
                    continue;
                }

                if (closingOnly && channel.State != ChannelState.Closing) continue;
                settled.Add(await ledger.SettleAsync(highest, stop));
                drawer.Settled = highest.Statement.Cumulative;
            }
            catch (Exception fault) when (fault is RuleBrokenException or ChainException or RpcException or RevertException or HttpRequestException)
            {
                report($"Channel {id} could not be settled and will be tried again: {fault.Message}");
            }
        }

        return settled;
    }

    private async ValueTask<Drawer> DrawerAsync(ChannelId id, CancellationToken stop)
    {
        if (_drawers.TryGetValue(id, out var known) && known.Channel is not null) return known;
        // An unknown number is not remembered: whoever makes numbers up fills no table.
        var channel = await ledger.FindAsync(id, stop)
            ?? throw new PredictionRefusedException(PredictionRefusal.ChannelUnknown, $"The ledger has no channel {id}; open one first.");
        var drawer = _drawers.GetOrAdd(id, _ => new Drawer());
        drawer.Believe(channel, clock);
        return drawer;
    }

    private async ValueTask<Channel> AskAgainAsync(Drawer drawer, ChannelId id, CancellationToken stop)
    {
        if (clock.GetElapsedTime(drawer.AskedAt) < Belief) return drawer.Channel!;
        if (await ledger.FindAsync(id, stop) is { } channel) drawer.Believe(channel, clock);
        return drawer.Channel!;
    }

    private sealed class Drawer
    {
        public ChannelAccount Account { get; } = new();

        public Channel? Channel { get; private set; }

        public long AskedAt { get; private set; }

        public Money Settled { get; set; }

        public void Believe(Channel channel, TimeProvider clock)
        {
            Channel = channel;
            AskedAt = clock.GetTimestamp();
            if (channel.Settled > Settled) Settled = channel.Settled;
        }

        public bool Verifies(Hash32 digest, Signature signature) => signature.IsBy(Channel!.Signer, digest);
    }
}
