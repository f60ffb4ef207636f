using DataBright.Ethereum;
using DataBright.Market.Datasets;
using DataBright.Market.Index;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Requests;
using DataBright.Market.Storage;
using DataBright.Market.Tests.Ledgers;

namespace DataBright.Market.Tests.Indexes;

/// <summary>A chain of its own, whose blocks are taken back and made differently.</summary>
public sealed class ReorganisationTests(ReorganisationTests.OwnMarket own) : IClassFixture<ReorganisationTests.OwnMarket>, IDisposable
{
    private readonly TestFolder _folder = new();

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
    public async Task What_strangers_write_is_undone_to_the_byte()
    {
        using var index = LedgerIndex.Open(_folder["index.db"], Market.Addresses);
        Signer anna = await Market.PartyAsync();
        var charter = TestMarket.Charter(TestMarket.Policy, [new Founder(anna.Address, ShareAmount.Whole(10))]);
        var dataset = await Market.Ledger.Datasets.CreateAsync(charter with { ShareName = "O'Neill \"x\" \0 日本 %s", ShareSymbol = "'); DELETE FROM undo; --" }, anna, Stop);
        await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        var before = index.Contents();

        var snapshot = await SnapshotAsync();
        var garbage = Generated.Proposals.Propose(Market.Addresses.Proposals, dataset.Id, TestMarket.Offer().Root, 5, new byte[] { 0xff, 0, 0x27 });
        var receipt = await anna.SpendAsync(garbage, Market.Addresses.Money, Money.Dollars(10), Stop);
        var id = new ProposalId((ulong)receipt.Event(Market.Addresses.Proposals, Generated.Proposals.Events.Proposed.Matches, Generated.Proposals.Events.Proposed.Decode).ProposalId);
        await Market.Ledger.Proposals.VoteAsync(id, Choice.Yes, "a\0b'c\"d\nILLEGAL; DROP TABLE votes; -- \ud83d\ude00", anna, Stop);
        await Market.Ledger.Proposals.FinaliseAsync(id, anna, Stop);
        await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        index.Proposals.Find(id)!.Cid.ShouldBeNull();
        index.Proposals.Votes(id, new SliceRequest(5)).Items[0].Reason.ShouldBe("a\uFFFDb'c\"d\nILLEGAL; DROP TABLE votes; -- \ud83d\ude00");

        await RevertAsync(snapshot);
        await Market.Chain.MineAsync(1, Stop);
        await index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
        index.Contents().ShouldBe(before);
        index.Datasets.Find(dataset.Id)!.Name.ShouldBe("O'Neill \"x\" \uFFFD 日本 %s");
    }

    private async Task<string> SnapshotAsync() =>
        (await Market.Chain.Rpc.CallAsync(new RpcRequest("evm_snapshot"), Stop)).GetString()!;

    private Task<System.Text.Json.JsonElement> RevertAsync(string snapshot) => Market.Chain.Rpc.CallAsync(new RpcRequest("evm_revert", snapshot), Stop);

    public sealed class OwnMarket : IAsyncLifetime
    {
        public TestMarket Market { get; } = new();

        public ValueTask InitializeAsync() => Market.InitializeAsync();

        public ValueTask DisposeAsync() => Market.DisposeAsync();
    }

    /// <summary>Parties who do whatever comes next, chosen by a seed. What the rules forbid at that moment is left out.</summary>
    private sealed class Story(TestMarket market, Random random, IReadOnlyList<Signer> parties, Signer worker, Address scheduler, Address referee)
    {
        private static CancellationToken Stop => TestContext.Current.CancellationToken;

        private Ledger Ledger => market.Ledger;

        public static async Task<Story> BeginAsync(TestMarket market, Random random)
        {
            Signer[] parties = [await market.PartyAsync(), await market.PartyAsync(), await market.PartyAsync()];
            await market.DatasetAsync(TestMarket.Policy, parties[0], (parties[0], 50), (parties[1], 50));
            var scheduler = await market.TrustedAsync(TrustedRole.Scheduler);
            var referee = await market.TrustedAsync(TrustedRole.Referee);
            return new Story(market, random, parties, await market.WorkerAsync(), scheduler.Signer.Address, referee.Signer.Address);
        }

        public async Task GoOnAsync(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                // Signers remember how many transactions they have sent; after blocks were taken back they must not.
                using var who = new Signer(market.Client, parties[random.Next(parties.Count)].Key, TimeProvider.System);
                using var machine = new Signer(market.Client, worker.Key, TimeProvider.System);
                try
                {
                    await DoAsync(random.Next(16), who, machine);
                }
                catch (RuleBrokenException)
                {
                }
            }
        }

        private async Task ServeAsync(DatasetId dataset, Signer who)
        {
            var checkpoint = Learning.Digest.Of(Guid.CreateVersion7().ToByteArray());
            var model = await Ledger.Models.RegisterAsync(
                new ModelRegistration(checkpoint, checkpoint, Cid.Raw(checkpoint), [], dataset, 1, new Money(5), null), who, Stop);
            await Ledger.Predictions.AppointAsync(model, parties[1].Address, random.Next(10_000), who, Stop);
            await Ledger.Predictions.OpenAsync(model, parties[1].Address, parties[2].Address, new Money(1_000), who, Stop);
        }

        private async Task AskAsync(DatasetId dataset, Signer who)
        {
            var deadline = await market.NowAsync() + TimeSpan.FromDays(2);
            var association = random.Next(3) == 0 ? dataset : (DatasetId?)null;
            var ask = new RequestAsk(Learning.Digest.Of("more"u8), Datasets.Shards.Images.Hash, association, new Money(3), deadline, new Money(1_000));
            var request = await Ledger.Requests.OpenAsync(ask, who, Stop);
            if (association is null) await Ledger.Requests.AdoptAsync(request, dataset, who, Stop);
            else await Ledger.Requests.VoteAsync(request, Choice.Yes, "we want it", who, Stop);
        }

        private async Task AnswerAsync(RequestId request, DatasetId dataset, Signer who)
        {
            await Ledger.Requests.SponsorAsync(request, new Money((ulong)random.Next(1, 500)), who, Stop);
            var offer = TestMarket.Offer();
            var proposal = await Ledger.Proposals.ProposeAsync(dataset, offer, who, Stop);
            await Ledger.Requests.AnswerAsync(request, dataset, "here", who, Stop);
            foreach (var party in parties)
            {
                using var voter = new Signer(market.Client, party.Key, TimeProvider.System);
                if ((await Ledger.Proposals.OutcomeAsync(proposal, Stop)) == ProposalState.Open) await Ledger.Proposals.VoteAsync(proposal, Choice.Yes, "", voter, Stop);
            }
            await Ledger.Proposals.FinaliseAsync(proposal, who, Stop);
            await Ledger.Requests.PayRewardAsync(request, offer.Root, who, Stop);
        }

        private async Task PayAsync(ChannelId id, Signer who)
        {
            if (await Ledger.Predictions.FindAsync(id, Stop) is not { } channel) return;
            var voucher = Ledger.Predictions.Statements.Sign(new Voucher(id, new Money((ulong)random.Next(1, 1_000))), parties[2].Key);
            await Ledger.Predictions.SettleAsync(voucher, who, Stop);
            await Ledger.Predictions.DistributeAsync(channel.Model, [], who, Stop);
            if (random.Next(2) == 0) await Ledger.Predictions.BeginClosingAsync(id, who, Stop);
            if (random.Next(2) == 0) await Ledger.Predictions.CloseAsync(id, who, Stop);
            await Ledger.Predictions.WithdrawAsync(parties[1].Address, who, Stop);
        }

        private async Task DoAsync(int what, Signer who, Signer machine)
        {
            var dataset = new DatasetId(await Ledger.Datasets.CountAsync(Stop));
            var proposal = new ProposalId(Math.Max(1, await Ledger.Proposals.CountAsync(Stop)));
            switch (what)
            {
                case 0: await market.DatasetAsync(TestMarket.Policy, who, (who, 10), (parties[1], 20)); break;
                case 1 or 2: await Ledger.Proposals.ProposeAsync(dataset, TestMarket.Offer(), who, Stop); break;
                case 3 or 4: await Ledger.Proposals.VoteAsync(proposal, random.Next(4) > 0 ? Choice.Yes : Choice.No, "because", who, Stop); break;
                case 5: await Ledger.Proposals.FinaliseAsync(proposal, who, Stop); break;
                case 6: await Ledger.Shares.TransferAsync(dataset, parties[2].Address, ShareAmount.Whole(1), who, Stop); break;
                case 7:
                    await Ledger.Shares.DepositAsync(dataset, Money.Dollars(1), who, Stop);
                    await Ledger.Shares.ClaimAsync(dataset, who.Address, who, Stop);
                    break;
                case 8: await Ledger.Workers.ChangeMinimumFeeAsync(new Money((ulong)random.Next(1000)), machine, Stop); break;
                case 9: await ServeAsync(dataset, who); break;
                case 12: await AskAsync(dataset, who); break;
                case 13 or 14: await AnswerAsync(new RequestId((ulong)random.Next(1, 4)), dataset, who); break;
                case 10 or 11: await PayAsync(new ChannelId((ulong)random.Next(1, 4)), who); break;
                default:
                    await Ledger.Jobs.CreateAsync(new JobOrder(
                        JobKind.Training, dataset, null, Learning.Digest.Of("plan"u8), scheduler, referee, 1, Money.Dollars(2),
                        await market.NowAsync() + TimeSpan.FromHours(1)), who, Stop);
                    break;
            }
        }
    }
}
