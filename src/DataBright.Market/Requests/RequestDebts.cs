using DataBright.Ethereum;
using DataBright.Market.Owed;
using Contract = DataBright.Market.Generated.Requests;

namespace DataBright.Market.Requests;

/// <summary>
/// Rewards for accepted shards, and what sponsors get back. A reward is in the same pot as the sponsors' parts, which name all of it
/// already.
/// </summary>
internal static class RequestDebts
{
    public static async Task AddAsync(OwedReading reading)
    {
        await AddRewardsAsync(reading);
        await AddPartsAsync(reading);
    }

    /// <summary>
    /// A shard is paid for once. Where the pot has too little for it, whether to settle for less is the contributor's own choice, and
    /// nobody makes it in passing.
    /// </summary>
    private static async Task AddRewardsAsync(OwedReading reading)
    {
        var shards = reading.Index.Requests.RewardsDue(reading.Account);
        var requests = shards.Select(shard => shard.Request).Distinct().ToList();
        var found = requests.Zip(await reading.AskAsync([.. requests.Select(id => Contract.GetRequest(reading.At.Requests, id))]))
            .ToDictionary();
        var left = shards.GroupBy(shard => shard.Request).ToDictionary(group => group.Key, group => group.First().Left);
        foreach (var shard in shards.Where(shard => shard.Block > found[shard.Request].AdoptedAt))
        {
            var due = shard.RewardPerPoint * (ulong)shard.Count;
            if (left[shard.Request] >= due || reading.Now > shard.Deadline) Reward(reading, shard, left, due);
            else
                reading.Wait(DebtKind.Reward, DebtSource.Of(shard.Request), due, shard.Deadline,
                    $"the pot has ${left[shard.Request]} of it for shard {shard.Shard}, and then pays what it has; sponsors may add to it "
                    + $"until then. To settle for less now: databright request pay {shard.Request}", heldBy: null);
        }
    }

    private static void Reward(OwedReading reading, IndexedRewardDue shard, Dictionary<RequestId, Money> left, Money due)
    {
        var amount = left[shard.Request] < due ? left[shard.Request] : due;
        left[shard.Request] -= amount;
        reading.Owe(new Debt(DebtKind.Reward, DebtSource.Of(shard.Request), amount, [
            new DebtCall($"Pay the reward of request {shard.Request}",
                reading.Ledger.Requests.Acts.PayReward(shard.Request, shard.Shard).Call)]));
    }

    /// <summary>A request that may be closed is not closed in passing either: whoever has not collected a reward would lose it.</summary>
    private static async Task AddPartsAsync(OwedReading reading)
    {
        var parts = reading.Index.Requests.PartsOf(reading.Account);
        var running = parts.Where(part => !IsOver(part)).ToList();
        var closes =
            running.Zip(await reading.AskAsync([.. running.Select(part => Contract.ClosesAfter(reading.At.Requests, part.Request))]));
        foreach (var part in parts.Where(IsOver))
            reading.Owe(new Debt(DebtKind.Sponsorship, DebtSource.Of(part.Request), PartOf(part), [
                new DebtCall($"Return what is left of request {part.Request}",
                    reading.Ledger.Requests.Acts.Refund(part.Request, reading.Account).Call)]) { HeldBy = reading.At.Requests });
        foreach (var (part, after) in closes)
        {
            var until = ChainTime.From(after);
            reading.Wait(DebtKind.Sponsorship, DebtSource.Of(part.Request), PartOf(part), until, reading.Now > until
                ? $"the request is over; whoever closes it frees what is left: databright request close {part.Request}"
                : "it rewards contributors until the request is closed; then what is left comes back", reading.At.Requests);
        }
    }

    private static bool IsOver(IndexedPart part) => part.State is RequestState.Refused or RequestState.Closed;

    private static Money PartOf(IndexedPart part) =>
        part.Pot == Money.Zero ? Money.Zero : part.Amount.TimesDown(part.Pot.Above(part.Paid).Units, part.Pot.Units);
}
