using DataBright.Market;
using DataBright.Market.Predictions;

namespace DataBright.Serving;

/// <summary>A voucher that was taken: what it is worth keeping for.</summary>
/// <param name="Voucher">The voucher.</param>
/// <param name="Inputs">What it bought the predictions of.</param>
/// <param name="Price">What they cost.</param>
internal sealed record TakenVoucher(Signed<Voucher> Voucher, Hash32 Inputs, Money Price);

/// <summary>
/// What one channel has paid and spent here. Vouchers name sums, and requests that travel side by side arrive in any order; so a lower
/// voucher is still good if the channel's highest one covers what all requests cost together. Each sum buys once; the same
/// request again is answered again, for nothing, a few times.
/// </summary>
internal sealed class ChannelAccount
{
    private const int Remembered = 4096;

    /// <summary>More than any network loses; computing is what was sold, and it was sold once.</summary>
    private const int MaxAnswers = 16;

    private readonly Lock _one = new();
    private readonly SortedList<UInt128, Bought> _used = [];
    private UInt128 _floor;

    public Signed<Voucher>? Highest { get; private set; }

    public Money Spent { get; private set; }

    /// <summary>Takes a voucher, or knows the request that it bought before.</summary>
    /// <returns>Whether it was taken now.</returns>
    /// <exception cref="PredictionRefusedException">The sum was used for something else or too often, or is too small.</exception>
    public bool Take(TakenVoucher taken)
    {
        lock (_one)
        {
            var (channel, sum) = (taken.Voucher.Statement.Channel, taken.Voucher.Statement.Cumulative);
            var needed = Spent + taken.Price;
            if (_used.TryGetValue(sum.Units, out var earlier) && earlier.Inputs == taken.Inputs && earlier.Answers < MaxAnswers)
            {
                _used[sum.Units] = earlier with { Answers = earlier.Answers + 1 };
                return false;
            }

            if (sum.Units <= _floor || _used.ContainsKey(sum.Units))
                throw Refused(PredictionRefusal.VoucherSpent,
                    $"Channel {channel} has spent ${sum} before: sign a sum of ${needed} or more.", needed);
            var paid = Highest is { } highest && highest.Statement.Cumulative > sum ? highest.Statement.Cumulative : sum;
            if (needed > paid)
                throw Refused(PredictionRefusal.Underpaid,
                    $"Channel {channel} has paid ${paid} and this would bring what it bought to ${needed}: sign a sum of ${needed} or "
                    + "more.", needed);
            Enter(taken);
            return true;
        }
    }

    /// <summary>
    /// Forgets a voucher that nothing was answered for: its sum buys again, and it is not settled where it was the highest.
    /// </summary>
    public void GiveBack(TakenVoucher taken)
    {
        lock (_one)
        {
            var sum = taken.Voucher.Statement.Cumulative;
            if (!_used.TryGetValue(sum.Units, out var bought) || bought.Inputs != taken.Inputs) return;
            _used.Remove(sum.Units);
            Spent -= taken.Price;
            if (Highest?.Statement.Cumulative == sum) Highest = _used.Count > 0 ? _used.GetValueAtIndex(_used.Count - 1).Voucher : null;
        }
    }

    /// <summary>Takes over what a journal says was taken.</summary>
    public void Restore(TakenVoucher taken)
    {
        lock (_one)
            if (taken.Voucher.Statement.Cumulative.Units > _floor && !_used.ContainsKey(taken.Voucher.Statement.Cumulative.Units))
                Enter(taken);
    }

    private void Enter(TakenVoucher taken)
    {
        var sum = taken.Voucher.Statement.Cumulative;
        _used.Add(sum.Units, new Bought(taken.Voucher, taken.Inputs, Answers: 1));
        Spent += taken.Price;
        if (Highest is null || sum > Highest.Statement.Cumulative) Highest = taken.Voucher;
        if (_used.Count <= Remembered) return;
        _floor = _used.GetKeyAtIndex(0);
        _used.RemoveAt(0);
    }

    private PredictionRefusedException Refused(PredictionRefusal refusal, string message, Money needed) =>
        new(refusal, message) { Needed = needed, Highest = Highest };

    /// <param name="Voucher">Who signed the sum.</param>
    /// <param name="Inputs">What it bought the predictions of.</param>
    /// <param name="Answers">How often they were asked for with it.</param>
    private readonly record struct Bought(Signed<Voucher> Voucher, Hash32 Inputs, int Answers);
}
