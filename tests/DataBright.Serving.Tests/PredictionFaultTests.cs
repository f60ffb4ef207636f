using DataBright.Compute.Hostile;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Predictions;

namespace DataBright.Serving.Tests;

/// <summary>
/// Every call of a serving worker to the ledger ends with every exception; and what its journal on the disk goes through.
/// </summary>
public sealed class PredictionFaultTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Methods => [.. FaultySeam<IChannelLedger>.Methods];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Whatever_the_ledger_says_of_a_channel_the_others_are_served_and_settled(string method)
    {
        await using var world = await PredictionWorld.OpenAsync();
        foreach (var fault in Faults.Tried)
        {
            var (isOver, calls) = (false, 0);
            var ledger = FaultySeam<IChannelLedger>.Before(world.Ledger,
                (called, args) => !isOver && called.Name == method && IsOfFirst(args) && ++calls > 1 ? fault.Make() : null);
            world.Ledger.Add(world.Channel(1, Money.Dollars(1)));
            world.Ledger.Add(world.Channel(2, Money.Dollars(1)));
            await using var house = Open(world, ledger, new ManualClock(), $"{world.Journal}.{fault.Name}");
            await AskAsync(house, world.Voucher(1_000), 1);
            if (method == nameof(IChannelLedger.SettleAsync)) calls++;
            await AskAsync(house, world.Voucher(1_000, channel: 2), 2);
            var reports = new List<string>();

            for (var time = 0; time < 3; time++) await house.SettleAsync(reports.Add, Stop);
            world.Ledger.Settlements.ShouldHaveSingleItem().Channel.ShouldBe(new ChannelId(2), $"{method}, {fault}");
            reports.ShouldHaveSingleItem().ShouldContain(fault.Reason, Case.Sensitive, $"{method}, {fault}");
            await AskAsync(house, world.Voucher(2_000, channel: 2), 3);

            isOver = true;
            await house.SettleAsync(reports.Add, Stop);
            string.Join(" ", world.Ledger.Settlements.Select(one => one.Channel.ToString()).Order())
                .ShouldBe("1 2 2", $"{method}, {fault}");
            world.Ledger.Settlements.Clear();
        }
    }

    [Fact]
    public async Task A_ledger_that_hangs_about_one_channel_holds_up_nothing_else_and_that_only_for_a_while()
    {
        await using var world = await PredictionWorld.OpenAsync();
        world.Ledger.Add(world.Channel(2, Money.Dollars(1)));
        var clock = new TimerClock();
        var hangs = false;
        var ledger = FaultySeam<IChannelLedger>.Before(world.Ledger, (_, _) => null, (_, args) => hangs && IsOfFirst(args));
        await using var house = Open(world, ledger, clock, world.Journal + ".own");
        await AskAsync(house, world.Voucher(1_000), 1);
        await AskAsync(house, world.Voucher(1_000, channel: 2), 2);
        hangs = true;
        var reports = new List<string>();

        var settling = house.SettleAsync(reports.Add, Stop);
        await clock.UntilAsync(() => world.Ledger.Settlements.Count == 1);
        (await house.AnswerAsync(PredictionWorld.Model, new PredictionRequest(world.Voucher(2_000, channel: 2), PredictionWorld.Inputs(3)),
            "somebody", Stop)).ShouldNotBeNull();
        await clock.UntilAsync(() => settling.IsCompleted, TimeSpan.FromSeconds(10));

        reports.ShouldHaveSingleItem().ShouldContain("did not end within");
    }

    [Fact]
    public async Task A_damaged_record_of_the_journal_costs_itself_alone_and_a_cut_one_puts_nothing_out_of_step()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var path = world.Journal + ".own";
        await ServeAsync(1_000);
        await ServeAsync(2_000);
        await ServeAsync(3_000);
        var bytes = File.ReadAllBytes(path);
        var record = bytes.Length / 3;
        bytes[record + 5] ^= 0x40;
        File.WriteAllBytes(path, [.. bytes, .. bytes[..(record / 2)]]);

        await ServeAsync(9_000);
        await using var house = Open(world, world.Ledger, new ManualClock(), path);
        new FileInfo(path).Length.ShouldBe(record * 4);
        (await house.SettleAsync(_ => { }, Stop)).ShouldHaveSingleItem().Cumulative.ShouldBe(new Money(9_000));

        async Task ServeAsync(ulong units)
        {
            await using var serving = Open(world, world.Ledger, new ManualClock(), path);
            await AskAsync(serving, world.Voucher(units), (int)units);
        }
    }

    private static PredictionServer Open(PredictionWorld world, IChannelLedger ledger, TimeProvider clock, string journal)
    {
        var served = new ServedModel(PredictionWorld.Model, PredictionWorld.Price,
            new Predictor(PredictionWorld.Small, PredictionWorld.Parameters));
        return PredictionServer.Open(world.WorkerKey, PredictionWorld.Market, [served], ledger, journal, new ServingTerms(), clock);
    }

    private static Task<PredictionAnswer> AskAsync(PredictionServer house, Signed<Voucher> voucher, int seed) =>
        house.AnswerAsync(PredictionWorld.Model, new PredictionRequest(voucher, PredictionWorld.Inputs(seed)), "somebody", Stop);

    private static bool IsOfFirst(object?[] args) => args[0] switch
    {
        ChannelId id => id.Value == 1,
        Signed<Voucher> voucher => voucher.Statement.Channel.Value == 1,
        _ => false,
    };
}
