using DataBright.Market.Owed;
using Contract = DataBright.Market.Generated.Predictions;

namespace DataBright.Market.Predictions;

/// <summary>What predictions owe: credits, what channels have left, and owners' parts of what models earned.</summary>
internal static class PredictionDebts
{
    private const ulong Bps = 10_000;

    public static async Task AddAsync(OwedReading reading)
    {
        var owed = await reading.AskAsync([Contract.Owed(reading.At.Predictions, reading.Account)]);
        reading.Owe(new Debt(DebtKind.PredictionCredit, new("predictions", null), (Money)owed[0],
            []) { CreditedBy = CreditOf(reading), HeldBy = reading.At.Predictions });
        foreach (var channel in reading.Index.Predictions.OpenOf(reading.Account)) AddChannel(reading, channel);
        AddEarnings(reading);
    }

    private static void AddChannel(OwedReading reading, Channel channel)
    {
        var (source, left) = (DebtSource.Of(channel.Id), channel.Deposit.Above(channel.Settled));
        if (channel.ClosesAt is { } closes && reading.Now >= closes)
            reading.Owe(new Debt(DebtKind.ChannelRest, source, left, [
                new DebtCall($"Close channel {channel.Id}", reading.Ledger.Predictions.Acts.Close(channel.Id).Call)]) { CreditedBy =
                    CreditOf(reading), HeldBy = reading.At.Predictions });
        else
            reading.Wait(DebtKind.ChannelRest, source, left, channel.ClosesAt, channel.ClosesAt is null
                ? "the channel is open; ask for it back with: databright channel close " + channel.Id
                : "the worker can settle vouchers until then", reading.At.Predictions);
    }

    /// <summary>
    /// Earnings run from a model to its parents and on, as <c>distribute</c> divides them. A model is distributed for an account where that
    /// brings it something: as the owner, or as the owner of an ancestor.
    /// </summary>
    private static void AddEarnings(OwedReading reading)
    {
        var earners = reading.Index.Models.Earners();
        var known = earners.ToDictionary(earner => earner.Model);
        var parents = earners.ToDictionary(earner => earner.Model, earner => reading.Index.Models.ParentsOf(earner.Model));
        var earned = earners.ToDictionary(earner => earner.Model, earner => earner.Earned);
        var first = earners.ToDictionary(earner => earner.Model, _ => new List<ModelId>());
        foreach (var earner in earners)
        {
            var amount = earned[earner.Model];
            if (amount == Money.Zero || reading.Index.Datasets.Find(earner.Dataset) is not { } dataset) continue;
            var own = amount.Above(RoyaltyOf(amount, dataset.Policy.RoyaltyBps));
            foreach (var parent in parents[earner.Model].Where(known.ContainsKey))
            {
                var royalty = RoyaltyOf(amount, known[parent].RoyaltyBps);
                if (royalty > own) royalty = own;
                if (royalty == Money.Zero) continue;
                own = own.Above(royalty);
                earned[parent] = earned[parent].Plus(royalty);
                first[parent].AddRange([.. first[earner.Model], earner.Model]);
            }
            if (earner.Owner != reading.Account) continue;
            ModelId[] order = [.. first[earner.Model].Append(earner.Model).Distinct().OrderByDescending(model => model.Value)];
            reading.Owe(new Debt(DebtKind.Earnings, DebtSource.Of(earner.Model), own, [.. order.Select(model => new DebtCall(
                $"Distribute what model {model} earned",
                reading.Ledger.Predictions.Acts.Distribute(model, parents[model]).Call))])
            { CreditedBy = CreditOf(reading), HeldBy = reading.At.Predictions });
        }
    }

    /// <summary>At most all of it, and of all together no more: a ledger of other contracts than ours may say any number.</summary>
    private static Money RoyaltyOf(Money amount, int bps) => amount.TimesDown(Math.Min((ulong)bps, Bps), Bps);

    private static CreditSource CreditOf(OwedReading reading) =>
        new(reading.At.Predictions, "predictions", reading.Ledger.Predictions.Acts.Withdraw(reading.Account).Call);
}
