using DataBright.Storage.Sql;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Up;

/// <summary>A data folder in which a newer program has worked.</summary>
public sealed class NewerDatabaseTests : IDisposable
{
    private static readonly SqlSchema Any = new() { Owner = "", Durability = SqlDurability.Derived, Probe = "", Changes = [],
        Otherwise = "" };

    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_node_refuses_to_start_on_any_newer_database_and_says_what_to_do()
    {
        foreach (var (name, table, saying) in new[]
        {
            ("index.db", "position (id, market, cursor)", "or delete it: it is built anew from the chain."),
            ("discussion.db", "comments (id, proposal, author, parent, root, text, cid, at)",
                "or move it away to begin without what was said so far."),
            ("relayer.db", "errands (number, name, account, block, at)",
                "or move it away: the day's limits begin anew then, and no money is lost."),
            ("scheduler.db", "envelopes (job, worker, shard, partition, cid)", "or move it away to start without the jobs in it."),
        })
        {
            var path = _home[name];
            foreach (var file in Directory.EnumerateFiles(_home.Path, "*.db*")) File.Delete(file);
            using (var newer = new SqlSession(path, Any)) newer.Script($"CREATE TABLE {table}; PRAGMA user_version = 77;");
            var bytes = File.ReadAllBytes(path);

            var said = await Databright.RunAsync(_home.Path, "up");

            said.ShouldFailClearly(ExitCode.HomeUnusable, path, "in version 77, written by a newer databright; this one knows version ",
                "Start the newer one, put a copy of version ", saying);
            File.ReadAllBytes(path).ShouldBe(bytes);
        }
    }

    [Fact]
    public async Task A_foreign_file_under_a_databases_name_is_left_alone()
    {
        using (var other = new SqlSession(_home["index.db"],
            Any)) other.Script("CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')");

        (await Databright.RunAsync(_home.Path, "up")).ShouldFailClearly(ExitCode.HomeUnusable, _home["index.db"],
            "of another program, and was left as it is");

        using var again = new SqlSession(_home["index.db"], Any);
        again.First("SELECT text FROM notes", row => row.Text()).ShouldBe("mine");
    }
}
