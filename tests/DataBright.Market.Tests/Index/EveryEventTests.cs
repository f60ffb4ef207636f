using System.Reflection;
using DataBright.Ethereum;
using DataBright.Market.Audit;
using DataBright.Market.Index;

namespace DataBright.Market.Tests.Indexes;

/// <summary>
/// What is promised of the index and of the books holds for every event that a contract of ours knows, not only for the usual ones.
/// </summary>
public sealed class EveryEventTests(EveryEventTests.PlayedTour tour) : IClassFixture<EveryEventTests.PlayedTour>
{
    /// <summary>
    /// Of libraries: who may spend or vote for whom, and who administers; the contracts are asked for these when they matter.
    /// </summary>
    private static readonly string[] NotIndexed =
        ["Approval", "DelegateChanged", "DelegateVotesChanged", "EIP712DomainChanged", "OwnershipTransferStarted", "OwnershipTransferred"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The generated type of every word's contract.</summary>
    private static IEnumerable<Type> Contracts => MarketWords.All.Select(word => Contract(word.ContractName));

    [Fact]
    public void The_tour_meets_every_event_of_every_contract()
    {
        var known = Contracts.SelectMany(contract => contract.GetNestedType("Events")!.GetNestedTypes()
            .Where(type => !type.IsInterface && !NotIndexed.Contains(type.Name)).Select(type => $"{contract.Name}.{type.Name}")).ToList();
        known.Count.ShouldBeGreaterThan(60);
        known.Except(tour.Met).ShouldBeEmpty();
    }

    /// <summary>
    /// An index that leaves an event out is still the same as one made from zero by the same program; so the contracts are asked.
    /// </summary>
    [Fact]
    public void The_index_says_what_the_contracts_answer_after_every_chapter()
    {
        tour.Facts.Count.ShouldBeGreaterThan(1_000);
        foreach (var (chapter, what, indexed, chain) in tour.Facts) indexed.ShouldBe(chain, $"{chapter}: {what}");
    }

    [Fact]
    public void Money_in_is_money_held_and_money_out_in_every_contract_after_every_chapter()
    {
        foreach (var (chapter, audit, _) in tour.Chapters)
            foreach (var books in audit.Books)
                books.ShouldBe(books with { In = books.Out + books.Held, Owed = books.Held }, $"{chapter}: {books.Contract}");
        foreach (var name in MarketWords.All.Where(word => word.HoldsMoney).Select(word => word.ContractName).Append("Workers"))
            tour.Chapters[^1].Audit.Books.Single(books => books.Contract == name).Out.ShouldBeGreaterThan(Money.Zero,
                $"{name}: balanced because nothing moved");
    }

    [Fact]
    public void Shares_sum_up_to_the_supply_of_every_dataset_after_every_chapter()
    {
        foreach (var (chapter, _, supplies) in tour.Chapters)
            supplies.ShouldAllBe(one => one.Held == one.Supply && one.Supply == one.Indexed, chapter);
        tour.Chapters[^1].Supplies.Count.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Chapters_that_are_taken_back_one_by_one_leave_no_trace()
    {
        var index = tour.Index;
        foreach (var (chapter, snapshot, before) in tour.Snapshots.AsEnumerable().Reverse())
        {
            await tour.Market.Chain.Rpc.CallAsync(new RpcRequest("evm_revert", snapshot), Stop);
            await tour.Market.Chain.MineAsync(2, Stop);
            await index.CatchUpAsync(tour.Market.Client, TimeProvider.System, Stop);
            index.Contents().ShouldBe(before, chapter);
            using var fresh = LedgerIndex.Open(tour.Folder[$"{Guid.CreateVersion7():n}.db"], tour.Market.Addresses);
            await fresh.CatchUpAsync(tour.Market.Client, TimeProvider.System, Stop);
            fresh.Contents().ShouldBe(before, $"{chapter}: an index from zero");
        }
    }

    private static Type Contract(string name) => typeof(Generated.Errors).Assembly.GetType($"DataBright.Market.Generated.{name}", true)!;

    public sealed class PlayedTour : IAsyncLifetime
    {
        public TestMarket Market { get; } = new();

        internal LedgerIndex Index { get; private set; } = null!;

        internal TemporaryFolder Folder { get; } = new();

        /// <summary>The events that came, by contract and name.</summary>
        internal HashSet<string> Met { get; } = [];

        internal List<(string Name, MoneyAudit Audit,
            IReadOnlyList<(ShareAmount Held, ShareAmount Supply, ShareAmount Indexed)> Supplies)> Chapters { get; } = [];

        /// <summary>Each thing on the market after each chapter, as the index has it and as the contracts answer.</summary>
        internal List<(string Chapter, string What, object? Index, object? Chain)> Facts { get; } = [];

        /// <summary>The chain before each chapter, and what the index said then.</summary>
        internal List<(string Name, string Snapshot, IReadOnlyList<string> Contents)> Snapshots { get; } = [];

        public async ValueTask InitializeAsync()
        {
            await Market.InitializeAsync();
            Index = LedgerIndex.Open(Folder["index.db"], Market.Addresses);
            foreach (var (name, play) in WordScenario.All(Market).SelectMany(scenario => scenario.Chapters))
            {
                await Index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
                Snapshots.Add((name, (await Market.Chain.Rpc.CallAsync(new RpcRequest("evm_snapshot"), Stop)).GetString()!,
                    Index.Contents()));
                await play();
                await Index.CatchUpAsync(Market.Client, TimeProvider.System, Stop);
                Chapters.Add((name, await MoneyAudit.TakeAsync(Market.Ledger, Index, TimeProvider.System, Stop), await SuppliesAsync()));
                foreach (var (what, indexed, chain) in await new IndexAgainstChain(Market, Index)
                    .CompareAsync(Market.Accounts)) Facts.Add((name, what, indexed, chain));
            }
            await MeetAsync();
        }

        public async ValueTask DisposeAsync()
        {
            Index?.Dispose();
            await Market.DisposeAsync();
            Folder.Dispose();
        }

        private async Task<IReadOnlyList<(ShareAmount, ShareAmount, ShareAmount)>> SuppliesAsync()
        {
            var supplies = new List<(ShareAmount, ShareAmount, ShareAmount)>();
            for (ulong id = 1; id <= await Market.Ledger.Datasets.CountAsync(Stop); id++)
            {
                var dataset = new DatasetId(id);
                var held = ShareAmount.Zero;
                foreach (var holding in Index.Shares.Holders(dataset, new SliceRequest(1_000)).Items)
                {
                    (await Market.Ledger.Shares.BalanceAsync(dataset, holding.Holder, Stop)).ShouldBe(holding.Shares);
                    held += holding.Shares;
                }
                supplies.Add((held, await Market.Ledger.Shares.SupplyAsync(dataset, Stop), Index.Datasets.Find(dataset)!.Supply));
            }
            return supplies;
        }

        /// <summary>The generated type of each log on the chain, found without the index.</summary>
        private async Task MeetAsync()
        {
            var contracts = MarketWords.Contracts.ToDictionary(name => Market.Addresses[name], Contract);
            for (ulong id = 1; id <= await Market.Ledger.Datasets.CountAsync(Stop); id++)
                contracts[await Market.Ledger.Shares.TokenAsync(new DatasetId(id), Stop)] = typeof(Generated.Shares);
            foreach (var log in await Market.Client.GetLogsAsync(LogFilter.Of([.. contracts.Keys]), 0,
                await Market.Client.BlockNumberAsync(Stop), Stop))
            {
                var contract = contracts[log.Address];
                var found = contract.GetNestedType("Events")!.GetMethod("Find", BindingFlags.Public | BindingFlags.Static)!
                    .Invoke(null, [log]).ShouldNotBeNull();
                Met.Add($"{contract.Name}.{found.GetType().Name}");
            }
        }
    }
}
