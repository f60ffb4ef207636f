using DataBright.Ethereum;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Predictions;

namespace DataBright.Serving.Tests;

/// <summary>A voucher for each answer: what is paid is answered, and nothing else is.</summary>
public sealed class PaidPredictionTests
{
    [Fact]
    public async Task A_voucher_buys_what_the_model_says_signed_by_the_worker()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var inputs = PredictionWorld.Inputs(1, examples: 3);

        var answer = await world.AskAsync(world.Voucher(3_000), inputs);

        using var model = new Predictor(PredictionWorld.Small, PredictionWorld.Parameters);
        answer.Scores.ToArray().ShouldBe(model.Predict(inputs));
        answer.Receipt.Checkpoint.ShouldBe(PredictionWorld.Parameters.Hash);
        world.Answers.Verify(answer.Receipt, answer.Proof, world.WorkerKey.Address).ShouldBeTrue();
        world.Answers.Verify(answer.Receipt with { Outputs = answer.Receipt.Inputs }, answer.Proof, world.WorkerKey.Address)
            .ShouldBeFalse();
        world.Answers.Verify(answer.Receipt, answer.Proof, world.BuyerKey.Address).ShouldBeFalse();
    }

    [Fact]
    public async Task The_same_request_sent_twice_is_answered_twice_and_paid_once()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var first = await world.AskAsync(world.Voucher(1_000), PredictionWorld.Inputs(1));
        var again = await world.AskAsync(world.Voucher(1_000), PredictionWorld.Inputs(1));
        again.Scores.ToArray().ShouldBe(first.Scores.ToArray());

        // One price further buys one more, so the second asking was free.
        await world.AskAsync(world.Voucher(2_000), PredictionWorld.Inputs(2));
        (await world.RefusedAsync(world.Voucher(2_999), PredictionWorld.Inputs(3))).ShouldBe(PredictionRefusal.Underpaid);
    }

    [Fact]
    public async Task A_voucher_that_does_not_pay_for_it_buys_nothing()
    {
        await using var world = await PredictionWorld.OpenAsync();
        world.Ledger.Add(world.Channel(2, Money.Dollars(1)) with { Model = new ModelId(8) });
        world.Ledger.Add(world.Channel(3, Money.Dollars(1)) with { Worker = world.BuyerKey.Address });
        world.Ledger.Add(world.Channel(4, Money.Dollars(1)) with { State = ChannelState.Closing });
        using var stranger = TestKeys.Of(99);
        await world.AskAsync(world.Voucher(5_000), PredictionWorld.Inputs(0));
        var inputs = PredictionWorld.Inputs(1);

        (await world.RefusedAsync(world.Voucher(5_000), inputs)).ShouldBe(PredictionRefusal.VoucherSpent);
        (await world.RefusedAsync(world.Voucher(5_999) with { Statement = new Voucher(new ChannelId(1), new Money(7_000)) }, inputs))
            .ShouldBe(PredictionRefusal.VoucherForged);
        (await world.RefusedAsync(world.Voucher(6_000, key: stranger), inputs)).ShouldBe(PredictionRefusal.VoucherForged);
        (await world.RefusedAsync(world.Voucher(6_000, channel: 9) with { Statement = new Voucher(new ChannelId(1), new Money(6_000)) },
            inputs)).ShouldBe(PredictionRefusal.VoucherForged);
        (await world.RefusedAsync(world.Voucher(1_000_001), inputs)).ShouldBe(PredictionRefusal.VoucherTooHigh);
        (await world.RefusedAsync(world.Voucher(6_000, channel: 2), inputs)).ShouldBe(PredictionRefusal.ChannelOfAnother);
        (await world.RefusedAsync(world.Voucher(6_000, channel: 3), inputs)).ShouldBe(PredictionRefusal.ChannelOfAnother);
        (await world.RefusedAsync(world.Voucher(6_000, channel: 4), inputs)).ShouldBe(PredictionRefusal.ChannelNotOpen);
        (await world.RefusedAsync(world.Voucher(6_000, channel: 5), inputs)).ShouldBe(PredictionRefusal.ChannelUnknown);
        (await world.RefusedAsync(world.Voucher(6_000), PredictionWorld.Inputs(1, examples: 7))).ShouldBe(PredictionRefusal.Underpaid);

        // None of it cost anything: the channel has paid for five and used one.
        for (var i = 1; i <= 4; i++) await world.AskAsync(world.Voucher(5_000 - (ulong)i), PredictionWorld.Inputs(10 + i));
        (await world.RefusedAsync(world.Voucher(4_000), PredictionWorld.Inputs(20))).ShouldBe(PredictionRefusal.Underpaid);
    }

    [Fact]
    public async Task Requests_that_arrive_in_any_order_are_all_answered()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var sums = Enumerable.Range(1, 200).OrderBy(i => i * 7919 % 211).ToArray();
        // The highest first: the lower ones are then covered by it.
        await world.AskAsync(world.Voucher(201_000), PredictionWorld.Inputs(201));

        var answers = await Task.WhenAll(
            sums.Select(i => Task.Run(() => world.AskAsync(world.Voucher((ulong)i * 1_000), PredictionWorld.Inputs(i)))));

        answers.ShouldAllBe(answer => world.Answers.Verify(answer.Receipt, answer.Proof, world.WorkerKey.Address));
        using var model = new Predictor(PredictionWorld.Small, PredictionWorld.Parameters);
        for (var i = 0; i < sums.Length; i++) answers[i].Scores.ToArray().ShouldBe(model.Predict(PredictionWorld.Inputs(sums[i])));
        (await world.RefusedAsync(world.Voucher(201_999), PredictionWorld.Inputs(0))).ShouldBe(PredictionRefusal.Underpaid);
    }

    [Fact]
    public async Task A_worker_that_was_killed_remembers_every_voucher()
    {
        await using var world = await PredictionWorld.OpenAsync();
        await world.AskAsync(world.Voucher(3_000), PredictionWorld.Inputs(1));
        await world.AskAsync(world.Voucher(2_000), PredictionWorld.Inputs(2));
        await world.RestartAsync();

        (await world.RefusedAsync(world.Voucher(3_000), PredictionWorld.Inputs(3))).ShouldBe(PredictionRefusal.VoucherSpent);
        await world.AskAsync(world.Voucher(2_000), PredictionWorld.Inputs(2));
        await world.AskAsync(world.Voucher(1_000), PredictionWorld.Inputs(3));
        (await world.RefusedAsync(world.Voucher(3_999), PredictionWorld.Inputs(4))).ShouldBe(PredictionRefusal.Underpaid);
    }

    [Fact]
    public async Task A_journal_that_was_cut_short_keeps_what_is_whole()
    {
        await using var world = await PredictionWorld.OpenAsync();
        await world.AskAsync(world.Voucher(1_000), PredictionWorld.Inputs(1));
        await world.AskAsync(world.Voucher(2_000), PredictionWorld.Inputs(2));
        await world.Server.DisposeAsync();
        foreach (var cut in new[] { 1, 60 })
        {
            var restored = new List<TakenVoucher>();
            using (var file = File.OpenWrite(world.Journal)) file.SetLength(file.Length - cut);
            using (VoucherJournal.Open(world.Journal, restored.Add))
                restored.Select(taken => taken.Voucher.Statement.Cumulative.Units).ShouldBe([(UInt128)1_000]);
            using (var journal = VoucherJournal.Open(world.Journal, _ => { }))
                journal.Append([new TakenVoucher(world.Voucher(2_000), PredictionRequest.HashOf(PredictionWorld.Inputs(2)),
                    PredictionWorld.Price)]);
        }
    }

    [Fact]
    public async Task A_record_that_was_damaged_is_not_believed_and_takes_none_behind_it_along()
    {
        await using var world = await PredictionWorld.OpenAsync();
        foreach (var sum in new ulong[] { 1_000, 2_000, 3_000 }) await world.AskAsync(world.Voucher(sum), PredictionWorld.Inputs((int)sum));
        await world.Server.DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(world.Journal, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 3 + 20] ^= 1; // in the second record's sum
        await File.WriteAllBytesAsync(world.Journal, bytes, TestContext.Current.CancellationToken);

        var restored = new List<TakenVoucher>();
        using (VoucherJournal.Open(world.Journal,
            restored.Add)) restored.Select(taken => taken.Voucher.Statement.Cumulative).ShouldBe([new Money(1_000), new Money(3_000)]);
        new FileInfo(world.Journal).Length.ShouldBe(bytes.Length, "what follows is written behind them all");
    }

    /// <summary>Nobody can remember every sum for ever; those that were forgotten have been used all the same.</summary>
    [Fact]
    public void A_sum_buys_once_however_long_ago_that_was()
    {
        var account = new ChannelAccount();
        const ulong count = 5_000;
        // Overpaid, so that only the sum itself stands against buying with it once more.
        for (ulong sum = 1; sum <= count; sum++) account.Take(Taken(sum, inputs: sum));
        foreach (var sum in new ulong[] { 1, 500, count })
            Should.Throw<PredictionRefusedException>(() => account.Take(Taken(sum, inputs: count + 1))).Refusal
                .ShouldBe(PredictionRefusal.VoucherSpent);
        Should.NotThrow(() => account.Take(Taken(count, inputs: count)), "the same request again");

        static TakenVoucher Taken(ulong sum, ulong inputs) =>
            new(new Signed<Voucher>(new Voucher(new ChannelId(1), new Money(sum)), default!), Keccak.Hash(BitConverter.GetBytes(inputs)),
                Money.Zero);
    }

    [Fact]
    public async Task What_was_earned_is_settled_when_it_is_due_and_closing_channels_before()
    {
        await using var world = await PredictionWorld.OpenAsync();
        world.Ledger.Add(world.Channel(2, Money.Dollars(1)));
        var clock = new TimerClock();
        var begun = clock.GetUtcNow();
        var served = new ServedModel(PredictionWorld.Model, PredictionWorld.Price,
            new Predictor(PredictionWorld.Small, PredictionWorld.Parameters));
        var terms = new ServingTerms { SettleInterval = TimeSpan.FromHours(1), ClosingInterval = TimeSpan.FromMinutes(1) };
        await using var server = PredictionServer.Open(world.WorkerKey, PredictionWorld.Market, [served], world.Ledger,
            world.Journal + ".own", terms, clock);
        await AskAsync(world.Voucher(1_000), 1);
        await AskAsync(world.Voucher(2_000, channel: 2), 2);
        using var end = new CancellationTokenSource();
        var work = server.RunAsync(message => throw new InvalidOperationException(message), end.Token);

        world.Ledger.Change(2, channel => channel with { State = ChannelState.Closing });
        await clock.UntilAsync(() => world.Ledger.Settlements.Count > 0);
        world.Ledger.Settlements.ShouldHaveSingleItem().Channel.ShouldBe(new ChannelId(2), "the other one is not due");
        await clock.UntilAsync(() => world.Ledger.Settlements.Count > 1);
        (clock.GetUtcNow() - begun).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromHours(1));
        world.Ledger.Settlements.Select(one => one.Channel).ShouldBe([new ChannelId(2), new ChannelId(1)]);

        await AskAsync(world.Voucher(3_000), 3);
        await end.CancelAsync();
        await clock.UntilAsync(() => work.IsCompleted);
        await work;
        world.Ledger.Settlements[^1].Cumulative.ShouldBe(new Money(3_000), "whoever leaves takes its money along");

        Task AskAsync(Signed<Voucher> voucher, int inputs) =>
            server.AnswerAsync(PredictionWorld.Model, new PredictionRequest(voucher, PredictionWorld.Inputs(inputs)), "somebody",
                CancellationToken.None);
    }

    [Fact]
    public async Task The_highest_voucher_is_settled_once_and_the_others_never()
    {
        await using var world = await PredictionWorld.OpenAsync();
        foreach (var sum in new ulong[] { 1_000, 4_000, 2_000 }) await world.AskAsync(world.Voucher(sum), PredictionWorld.Inputs((int)sum));

        await world.Server.SettleAsync(message => throw new InvalidOperationException(message), CancellationToken.None);
        await world.Server.SettleAsync(message => throw new InvalidOperationException(message), CancellationToken.None);

        world.Ledger.Settlements.ShouldHaveSingleItem().Cumulative.ShouldBe(new Money(4_000));
    }

    /// <summary>The buyer waits the challenge period out with everything settled, takes its deposit back, and asks on.</summary>
    [Fact]
    public async Task A_channel_that_its_buyer_has_emptied_buys_nothing_more()
    {
        await using var world = await PredictionWorld.OpenAsync();
        await world.AskAsync(world.Voucher(1_000), PredictionWorld.Inputs(1));
        await world.Server.SettleAsync(message => throw new InvalidOperationException(message), CancellationToken.None);
        world.Ledger.Change(1, channel => channel with { State = ChannelState.Closed });
        world.Clock.Move(TimeSpan.FromDays(1));

        (await world.RefusedAsync(world.Voucher(2_000), PredictionWorld.Inputs(2))).ShouldBe(PredictionRefusal.ChannelNotOpen);
    }

    [Fact]
    public async Task A_channel_that_settling_finds_closed_buys_nothing_from_then_on()
    {
        await using var world = await PredictionWorld.OpenAsync();
        await world.AskAsync(world.Voucher(1_000), PredictionWorld.Inputs(1));
        world.Ledger.Change(1, channel => channel with { State = ChannelState.Closed });
        await world.Server.SettleAsync(message => throw new InvalidOperationException(message), CancellationToken.None);

        (await world.RefusedAsync(world.Voucher(2_000), PredictionWorld.Inputs(2))).ShouldBe(PredictionRefusal.ChannelNotOpen);
    }

    [Fact]
    public async Task One_voucher_does_not_keep_a_worker_busy_for_ever()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var voucher = world.Voucher(1_000);
        for (var i = 0; i < 16; i++) await world.AskAsync(voucher, PredictionWorld.Inputs(1));

        (await world.RefusedAsync(voucher, PredictionWorld.Inputs(1))).ShouldBe(PredictionRefusal.VoucherSpent);
        await world.AskAsync(world.Voucher(2_000), PredictionWorld.Inputs(1));
    }

    [Fact]
    public async Task A_channel_that_was_topped_up_is_noticed_and_the_ledger_is_not_asked_all_the_time()
    {
        await using var world = await PredictionWorld.OpenAsync();
        await world.AskAsync(world.Voucher(1_000_000), PredictionWorld.Inputs(1));
        var asked = world.Ledger.Asked;
        for (var i = 0; i < 10; i++)
            (await world.RefusedAsync(world.Voucher(1_001_000), PredictionWorld.Inputs(2))).ShouldBe(PredictionRefusal.VoucherTooHigh);
        (world.Ledger.Asked - asked).ShouldBeLessThanOrEqualTo(1);

        world.Ledger.Change(1, channel => channel with { Deposit = Money.Dollars(2) });
        world.Clock.Move(TimeSpan.FromSeconds(2));
        await world.AskAsync(world.Voucher(1_001_000), PredictionWorld.Inputs(2));
    }

    [Fact]
    public async Task Trials_are_free_until_they_are_used_up_and_again_the_next_day()
    {
        await using var world = await PredictionWorld.OpenAsync(new ServingTerms { TrialEachPerDay = 3, TrialAllPerDay = 5 });
        await world.AskAsync(null, PredictionWorld.Inputs(1, examples: 2), "ada");
        (await Should.ThrowAsync<PredictionRefusedException>(
            () => world.AskAsync(null, PredictionWorld.Inputs(1, examples: 2), "ada"))).Refusal.ShouldBe(PredictionRefusal.TrialOver);
        await world.AskAsync(null, PredictionWorld.Inputs(1, examples: 3), "grace");
        (await Should.ThrowAsync<PredictionRefusedException>(() => world.AskAsync(null, PredictionWorld.Inputs(1), "oscar"))).Refusal
            .ShouldBe(PredictionRefusal.TrialOver);
        world.Clock.Move(TimeSpan.FromDays(1));
        await world.AskAsync(null, PredictionWorld.Inputs(1, examples: 3), "ada");
    }

    [Fact]
    public async Task Inputs_that_the_model_cannot_take_cost_nothing()
    {
        await using var world = await PredictionWorld.OpenAsync();
        foreach (var bad in new float[][] { [], [1, 2, 3, 4, 5], [.. PredictionWorld.Inputs(1, examples: 257)], [float.NaN, 0, 0, 0, 0, 0],
            [0, 0, float.PositiveInfinity, 0, 0, 0] })
            (await world.RefusedAsync(world.Voucher(500_000), bad)).ShouldBe(PredictionRefusal.Malformed);
        await world.AskAsync(world.Voucher(1_000), PredictionWorld.Inputs(1));
    }
}
