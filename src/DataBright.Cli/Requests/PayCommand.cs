using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Datasets;
using DataBright.Market;
using DataBright.Terminal;
using Spectre.Console;
using Rule = DataBright.Market.Rule;

namespace DataBright.Cli.Requests;

/// <summary>Pays contributors out of a pot.</summary>
internal sealed class PayCommand : SigningVerb
{
    private readonly Argument<RequestId> _id;
    private readonly Option<Hash32?> _shard;

    public PayCommand()
        : base("pay", "Pay the contributors of accepted shards out of a request's pot; anyone can, and the money is theirs",
            "request pay 1")
    {
        _id = Expect("ID", RequestId.Parse, "The request");
        _shard = Take<Hash32?>("--root", text => Hash32.Parse(text), "Of this shard only (default: of all that are not paid for)", "ROOT");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var request = await market.Ledger.Requests.FindAsync(id, stop) ?? throw MissingThings.Of(id);
        var paid = arguments.GetValue(_shard) is { } shard
            ? [new Reward(shard, await output.WaitAsync("Paying", _ => market.Ledger.Requests.PayRewardAsync(id, shard, signer, stop)))]
            : await output.WaitAsync("Paying", _ => PayAllAsync(market, id, request.Dataset, signer, stop));
        if (paid.Count == 0)
            throw new Failure(ExitCode.Refused,
                $"Request {id} has nothing to pay for: no shard that its dataset accepted since it was adopted is unpaid.");
        var total = paid.Aggregate(Money.Zero, (sum, one) => sum + one.Amount);
        output.Show(new { request = id, total, rewards = paid }, console =>
        {
            var table = Sheet.Of("Shard", ">Paid");
            foreach (var reward in paid)
                table.Row(reward.Shard, reward.Amount);
            console.Write(table);
            console.WriteLine($"{TerminalWording.Of(total)} in all");
        });
        return ExitCode.Done;
    }

    private static async Task<IReadOnlyList<Reward>> PayAllAsync(MarketAccess market, RequestId id, DatasetId? dataset, Signer signer,
        CancellationToken stop)
    {
        if (dataset is not { } adopted)
            return [];
        using var reading = await IndexReading.OpenAsync(market, stop);
        var rewarded = ListOptions.Read(int.MaxValue, part => reading.Index.Requests.Rewards(id, part)).Select(reward => reward.Shard)
            .ToHashSet();
        var paid = new List<Reward>();
        foreach (var shard in ShardStore.Listed(reading.Index, adopted)
            .Where(shard => shard.Proposal is not null && !rewarded.Contains(shard.Root)))
        {
            try
            {
                paid.Add(new Reward(shard.Root, await market.Ledger.Requests.PayRewardAsync(id, shard.Root, signer, stop)));
            }
            catch (RuleBrokenException older) when (older.Is(Rule.ShardNotRewarded, Rule.RewardAlreadyPaid, Rule.PotTooLow))
            {
                // It was listed before the dataset was adopted, somebody else has just paid it, or its contributor alone may settle for
                // less.
            }
        }

        return paid;
    }
}

internal sealed record Reward(Hash32 Shard, Money Amount);
