using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace DataBright.Node.Tests.Hostile;

/// <summary>Database files of a running node that are held by others, cut, or out of room.</summary>
public sealed class DatabaseFaultTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("databright-database-faults");

    private static SqlSchema Schema { get; } = new()
    {
        Owner = "test's",
        Durability = SqlDurability.Precious,
        Probe = "SELECT id, words FROM notes LIMIT 0",
        Changes = [new SqlChange(1, file => file.Script("CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT NOT NULL);"))],
        Otherwise = "move it away to begin anew",
        Busy = TimeSpan.FromSeconds(1),
    };

    private string Path => System.IO.Path.Combine(_folder.FullName, "notes.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_that_another_process_holds_is_busy_for_a_while_and_goes_on_by_itself()
    {
        using var store = new SqlStore(Path, Schema);
        Add(store, "before");
        using (var other = Hold())
        {
            var busy = Should.Throw<SqlFileException>(() => Add(store, "meanwhile"));
            (busy.Fault, store.Trouble).ShouldBe((SqlFault.Busy, busy));
            busy.Message.ShouldContain("Another process holds it");
            Words(store).ShouldBe(["before"], "reading goes on");
            store.LookAgain().ShouldNotBeNull("and shows nothing about writing");
        }

        store.LookAgain().ShouldBeNull();
        Add(store, "after");
        Words(store).ShouldBe(["before", "after"]);
    }

    [Fact]
    public async Task Whoever_waits_behind_a_busy_file_waits_for_a_bounded_time()
    {
        using var store = new SqlStore(Path, Schema);
        using var other = Hold();
        var asked = Enumerable.Range(0, 12)
            .Select(i => Task.Factory.StartNew(() => Should.Throw<SqlFileException>(() => Add(store, $"{i}")).Fault,
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        (await Task.WhenAll(asked).WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken))
            .ShouldAllBe(fault => fault == SqlFault.Busy);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(5_000)]
    public void A_file_that_is_cut_while_it_is_used_is_told_and_a_copy_in_its_place_is_used(int left)
    {
        using var store = new SqlStore(Path, Schema);
        for (var i = 0; i < 50; i++) Add(store, new string('x', 500));
        store.Look(file => file.First("PRAGMA wal_checkpoint(TRUNCATE)", row => row.Long().ToString()));
        var copy = File.ReadAllBytes(Path);
        using (var file = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.SetLength(left);

        var damaged = Should.Throw<SqlFileException>(() => Add(store, "more"));
        damaged.Fault.ShouldBeOneOf(SqlFault.Damaged, SqlFault.Unusable);
        damaged.Message.ShouldStartWith(Path);
        store.LookAgain().ShouldNotBeNull();

        foreach (var beside in new[] { "-wal", "-shm" }) File.Delete(Path + beside);
        File.WriteAllBytes(Path, copy);
        store.LookAgain().ShouldBeNull();
        Words(store).Count.ShouldBe(50);
        Add(store, "after");
    }

    [Fact]
    public void A_full_disk_keeps_what_was_there_and_goes_on_when_there_is_room()
    {
        using var store = new SqlStore(Path, Schema with { Tuning = "PRAGMA max_page_count = 12;" });
        var full = Should.Throw<SqlFileException>(() => { while (true) Add(store, new string('x', 1_000)); });
        full.Fault.ShouldBe(SqlFault.Full);
        full.Message.ShouldContain("Free some space");
        var kept = Words(store).Count;
        kept.ShouldBeGreaterThan(5);
        store.Trouble.ShouldNotBeNull("reading shows nothing about room");

        store.Do(file => file.Run("DELETE FROM notes WHERE id > 3")).ShouldBe(kept - 3);
        store.Trouble.ShouldBeNull();
        Add(store, "after");
        Words(store).Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(700)]
    [InlineData(9_000)]
    public async Task An_index_that_is_cut_while_it_is_used_is_built_anew_by_itself(int left)
    {
        var market = MarketWords.AddressesAt(31337, 1, (_, _) => default);
        var path = System.IO.Path.Combine(_folder.FullName, "index.db");
        using var chain = new EmptyChain();
        using var http = new HttpClient(chain);
        var clock = new TimerClock();
        using var index = LedgerIndex.Open(path, market);
        var client = new Ethereum.EthereumClient(new Ethereum.JsonRpcClient(http, new Uri("http://127.0.0.1:1"), clock: clock),
            Market.Generated.Errors.Table);
        _ = index.Position;
        using (var other = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            other.Open();
            using var checkpoint = other.CreateCommand();
            checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            checkpoint.ExecuteNonQuery();
        }

        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.SetLength(left);

        for (var time = 0; time < 5; time++)
            try
            {
                await index.CatchUpAsync(client, clock, TestContext.Current.CancellationToken);
            }
            catch (Exception fault) when (fault is SqlFileException or IndexDamagedException)
            {
                fault.Message.ShouldContain(path);
            }

        index.Position.Block.ShouldBeNull();
        index.Trouble.ShouldBeNull();
        index.Note.ShouldNotBeNull().ShouldContain("built anew from the chain");
        File.Exists(path + ".damaged").ShouldBeTrue();
        index.Datasets.Find(new DatasetId(1)).ShouldBeNull("it can be read");
    }

    [Fact]
    public async Task An_index_that_another_process_holds_is_told_and_goes_on()
    {
        var market = MarketWords.AddressesAt(31337, 1, (_, _) => default);
        var path = System.IO.Path.Combine(_folder.FullName, "index.db");
        using var index = LedgerIndex.Open(path, market);
        using var chain = new EmptyChain();
        using var http = new HttpClient(chain);
        var client = new Ethereum.EthereumClient(new Ethereum.JsonRpcClient(http, new Uri("http://127.0.0.1:1")),
            Market.Generated.Errors.Table);
        using (var other = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            other.Open();
            using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            begin.ExecuteNonQuery();
            index.Position.Block.ShouldBeNull("readers are not kept");
            var busy = await Should.ThrowAsync<SqlFileException>(
                () => index.RebuildAsync(client, TimeProvider.System, TestContext.Current.CancellationToken));
            busy.Fault.ShouldBe(SqlFault.Busy);
            index.Trouble.ShouldBe(busy);
        }

        await index.RebuildAsync(client, TimeProvider.System, TestContext.Current.CancellationToken);
        index.Trouble.ShouldBeNull();
    }

    private SqliteConnection Hold()
    {
        var other = new SqliteConnection($"Data Source={Path};Pooling=False");
        other.Open();
        using var begin = other.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();
        return other;
    }

    private static void Add(SqlStore store, string words) => store.Do(file => file.Run("INSERT INTO notes (words) VALUES ($1)", words));

    private static IReadOnlyList<string> Words(SqlStore store) =>
        store.Look(file => file.List("SELECT words FROM notes ORDER BY id", row => row.Text()));
}
