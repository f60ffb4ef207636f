using DataBright.Market.Index;
using DataBright.Storage.Sql;
using DataBright.Terminal;
using Microsoft.Data.Sqlite;

namespace DataBright.Cli.Tests.Faults;

/// <summary>Full disks and databases that cannot be used are one sentence and an exit code, wherever in a command they are met.</summary>
public sealed class StorageFaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("databright-storage-faults-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<Exception> Unusable =>
    [
        new IOException("No space left on device", 28),
        new IOException("File too large", 27),
        new AggregateException(new IOException("No space left on device", 28)),
        new SqliteException("database is locked", 5),
        new SqliteException("database or disk is full", 13),
        new SqliteException("database disk image is malformed", 11),
        new IndexDamagedException("index.db", new SqliteException("malformed", 11)),
    ];

    [Theory]
    [MemberData(nameof(Unusable), DisableDiscoveryEnumeration = true)]
    public void What_the_disk_is_to_blame_for_is_told_in_one_line(Exception thrown)
    {
        var failure = Translation.Of(thrown);

        failure.ExitCode.ShouldBe(ExitCode.HomeUnusable);
        failure.Message.ShouldSatisfyAllConditions(
            message => message.ShouldNotContain("\n"), message => message.ShouldNotContain("   at "),
            message => message.ShouldNotContain("mistake in databright"));
    }

    [Fact]
    public void A_database_that_fails_while_it_is_used_is_told_in_one_line()
    {
        var schema = new SqlSchema
        {
            Owner = "test's",
            Durability = SqlDurability.Derived,
            Probe = "SELECT id FROM notes LIMIT 0",
            Changes = [new SqlChange(1, file => file.Script("CREATE TABLE notes (id INTEGER PRIMARY KEY);"))],
            Otherwise = "move it away",
            Busy = TimeSpan.FromSeconds(1),
        };
        var path = Path.Combine(_folder, "notes.db");
        using var store = new SqlStore(path, schema);
        using var other = new SqliteConnection($"Data Source={path};Pooling=False");
        other.Open();
        using var begin = other.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();

        var failure = Translation.Of(Should.Throw<SqlFileException>(() => store.Do(file => file.Run("INSERT INTO notes (id) VALUES (1)"))));

        failure.ExitCode.ShouldBe(ExitCode.HomeUnusable);
        failure.Message.ShouldStartWith(path);
        failure.Message.ShouldNotContain("\n");
    }

    [Fact]
    public void Whoever_does_not_answer_in_time_is_unreachable() =>
        Translation.Of(new TimeoutException("The poll did not end within 80 s.")).ExitCode.ShouldBe(ExitCode.Unreachable);
}
