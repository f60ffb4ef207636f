using DataBright.Ethereum;
using DataBright.Market.Datasets;
using DataBright.Market.Index;

namespace DataBright.Market.Tests.Indexes;

/// <summary>A chain of its own, whose blocks are taken back and made differently.</summary>
public sealed class ReorganisationTests(ReorganisationTests.OwnMarket own) : IClassFixture<ReorganisationTests.OwnMarket>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestMarket Market => own.Market;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task After_any_reorganisation_the_index_is_as_if_the_lost_blocks_had_never_been(int seed)
    {
        var random = new Random(seed);
        using var index = LedgerIndex.Open(_folder["index.db"], Market.Addresses);
        var story = await Story.BeginAsync(Market, random);
        for (int round = 0; round < 4; round++)
        {
            await story.GoOnAsync(random.Next(1, 4));
            await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);

            var snapshot = await SnapshotAsync();
            await story.GoOnAsync(random.Next(1, 8));
            if (random.Next(4) > 0) await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
            await RevertAsync(snapshot);
            // The new chain is shorter, as long, or longer, and holds other things.
            await Market.Chain.MineAsync(random.Next(1, 6), Stop);
            await story.GoOnAsync(random.Next(0, 4));
            await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);

            using var fresh = LedgerIndex.Open(_folder[$"fresh{round}.db"], Market.Addresses);
            await fresh.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
            index.Contents().ShouldBe(fresh.Contents());
            index.Position.ShouldBe(fresh.Position);
        }
    }

    [Fact]
    public async Task A_reorganisation_deeper_than_what_can_be_undone_builds_the_index_anew()
    {
        using var index = LedgerIndex.Open(_folder["index.db"], Market.Addresses, undoBlocks: 3);
        var story = await Story.BeginAsync(Market, new Random(9));
        await story.GoOnAsync(3);
        await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        var snapshot = await SnapshotAsync();
        await story.GoOnAsync(10);
        await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        await RevertAsync(snapshot);
        await Market.Chain.MineAsync(20, Stop);
        await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);

        using var fresh = LedgerIndex.Open(_folder["fresh.db"], Market.Addresses);
        await fresh.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        index.Contents().ShouldBe(fresh.Contents());
    }

    [Fact]
    public async Task Events_and_reorganisations_are_counted_once_and_the_next_block_is_known_without_asking()
    {
        using var tally = new MeterTally();
        using var index = LedgerIndex.Open(_folder["index.db"], Market.Addresses, metrics: new IndexMetrics(tally));
        var story = await Story.BeginAsync(Market, new Random(11));
        await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        var before = tally["databright.index.events"];
        before.ShouldBeGreaterThan(0);
        index.NextBlock.ShouldBe(await Market.Client.BlockNumberAsync(Stop) + 1);

        var snapshot = await SnapshotAsync();
        var mark = await Market.Client.BlockNumberAsync(Stop);
        await story.GoOnAsync(5);
        await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        var lost = await EventsAsync(mark + 1);
        tally["databright.index.events"].ShouldBe(before + lost);
        tally["databright.index.reorganisations"].ShouldBe(0);
        await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        tally["databright.index.events"].ShouldBe(before + lost, "what was read is not counted again");

        await RevertAsync(snapshot);
        await Market.Chain.MineAsync(2, Stop);
        await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        tally["databright.index.reorganisations"].ShouldBe(1);
        index.NextBlock.ShouldBe(mark + 3);
        using var again = LedgerIndex.Open(_folder["index.db"], Market.Addresses);
        again.NextBlock.ShouldBe(mark + 3, "the file says it when it is opened");
    }

    [Fact]
    public async Task What_strangers_write_is_undone_to_the_byte()
    {
        using var index = LedgerIndex.Open(_folder["index.db"], Market.Addresses);
        Signer anna = await Market.PartyAsync();
        var charter = TestMarket.Charter(TestMarket.Policy, [new Founder(anna.Address, ShareAmount.Whole(10))]);
        var odd = charter with { ShareName = "O'Neill \"x\" \0 日本 %s", ShareSymbol = "'); DELETE FROM undo; --" };
        var founded = await anna.SendAsync(Generated.Datasets.Create(Market.Addresses.Datasets, DatasetLedger.ToContract(odd)), Stop);
        var dataset = (await Market.Ledger.Datasets.FindAsync(new DatasetId((ulong)founded.Event(
            Market.Addresses.Datasets, Generated.Datasets.Events.DatasetCreated.Matches,
            Generated.Datasets.Events.DatasetCreated.Decode).DatasetId), Stop))!;
        await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        var before = index.Contents();

        var snapshot = await SnapshotAsync();
        var garbage = Generated.Proposals.Propose(Market.Addresses.Proposals, dataset.Id, TestMarket.Offer().Root, 5,
            new byte[] { 0xff, 0, 0x27 });
        var receipt = await anna.SendAsync(
            new LedgerAct(garbage) { Takes = new MoneyApproval(Market.Addresses.Money, garbage.To, Money.Dollars(10)) }, Stop);
        var id =
            new ProposalId((ulong)receipt.Event(Market.Addresses.Proposals, Generated.Proposals.Events.Proposed.Matches,
                Generated.Proposals.Events.Proposed.Decode).ProposalId);
        await anna.SendAsync(Generated.Proposals.VoteWithReason(
            Market.Addresses.Proposals, id, Generated.Proposals.Choice.Yes, "a\0b'c\"d\nILLEGAL; DROP TABLE votes; -- \ud83d\ude00"), Stop);
        await Market.Ledger.Proposals.FinaliseAsync(id, anna, Stop);
        await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        index.Proposals.Find(id)!.Cid.ShouldBeNull();
        index.Proposals.Votes(id, new SliceRequest(5)).Items[0].Reason
            .ShouldBe("a\uFFFDb'c\"d\nILLEGAL; DROP TABLE votes; -- \ud83d\ude00");

        await RevertAsync(snapshot);
        await Market.Chain.MineAsync(1, Stop);
        await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        index.Contents().ShouldBe(before);
        index.Datasets.Find(dataset.Id)!.Name.ShouldBe("O'Neill \"x\" \uFFFD 日本 %s");
    }

    /// <summary>Every event of the chain but the money's, which the index does not read.</summary>
    private async Task<int> EventsAsync(ulong from)
    {
        var all = await Market.Client.GetLogsAsync(new LogFilter([]), from, await Market.Client.BlockNumberAsync(Stop), Stop);
        return all.Count(log => log.Address != Market.Addresses.Money);
    }

    private async Task<string> SnapshotAsync() =>
        (await Market.Chain.Rpc.CallAsync(new RpcRequest("evm_snapshot"), Stop)).GetString()!;

    private Task<System.Text.Json.JsonElement> RevertAsync(string snapshot) =>
        Market.Chain.Rpc.CallAsync(new RpcRequest("evm_revert", snapshot), Stop);

    public sealed class OwnMarket : IAsyncLifetime
    {
        public TestMarket Market { get; } = new();

        public ValueTask InitializeAsync() => Market.InitializeAsync();

        public ValueTask DisposeAsync() => Market.DisposeAsync();
    }
}
