using DataBright.Storage.Sql;

namespace DataBright.Testing.Databases;

/// <summary>
/// What holds for each database file of a data folder: made anew, written by 0.1.0, by a newer program, by another one, or damaged.
/// </summary>
public abstract class SqlFileBehaviour : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("databright-sql-").FullName;

    protected abstract string Name { get; }

    /// <summary>What the file is to the program.</summary>
    protected abstract SqlSchema Kind { get; }

    /// <summary>Whether a file that cannot be used is put aside and made anew, because the chain says everything that was in it.</summary>
    protected virtual bool IsMadeAnew => false;

    private string Path => System.IO.Path.Combine(_folder, Name);

    /// <summary>Opens the file as the program does, and closes it.</summary>
    protected abstract void Open(string path);

    [Fact]
    public void A_new_file_is_in_this_programs_version()
    {
        Open(Path);

        FileContents.Number(Path, "PRAGMA user_version").ShouldBe(Kind.Version);
        FileContents.Number(Path, "SELECT count(*) FROM sqlite_master WHERE type = 'table'").ShouldBeGreaterThan(0);
        FileContents.Script(Path, Kind.Probe);
        Directory.EnumerateFiles(_folder).ShouldBe([Path], "nothing was copied, and all is in one file again");
    }

    [Fact]
    public void The_documentation_names_this_version() =>
        File.ReadAllText(Repository.PathOf("docs", "databases.md")).ShouldContain($"| `{Name}` | {Kind.Version} |");

    [Fact]
    public void An_empty_file_is_taken_for_a_new_one()
    {
        File.WriteAllBytes(Path, []);

        Open(Path);

        FileContents.Number(Path, "PRAGMA user_version").ShouldBe(Kind.Version);
    }

    [Fact]
    public void A_file_of_0_1_0_keeps_every_row_unless_it_is_made_anew()
    {
        Version010.Write(Name, Path);
        var rows = FileContents.Rows(Path);
        rows.Count.ShouldBeGreaterThan(3);
        if (IsMadeAnew)
        {
            // What it held is on the chain; left is where reading begins.
            Open(Path);
            rows = FileContents.Rows(Path);
            rows.ShouldHaveSingleItem().ShouldStartWith("position: ");
        }

        for (var time = 0; time < 2; time++)
        {
            Open(Path);
            FileContents.Rows(Path).ShouldBe(rows);
            FileContents.Number(Path, "PRAGMA user_version").ShouldBe(Kind.Version);
        }

        Directory.EnumerateFiles(_folder).ShouldBe([Path], "only a number was written, so there is no copy");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public void A_newer_file_is_refused_in_one_sentence_and_left_alone(int newer)
    {
        Version010.Write(Name, Path);
        FileContents.Script(Path, $"PRAGMA user_version = {Kind.Version + newer}");
        var bytes = File.ReadAllBytes(Path);

        var refused = Refused();

        refused.Fault.ShouldBe(SqlFault.Newer);
        refused.Message.ShouldBe(
            $"{Path} is the {Kind.Owner} database in version {Kind.Version + newer}, written by a newer databright; this one knows version "
            + $"{Kind.Version}. "
            + $"Start the newer one, put a copy of version {Kind.Version} in its place, or {Kind.Otherwise}.");
        File.ReadAllBytes(Path).ShouldBe(bytes);
        Directory.EnumerateFiles(_folder).ShouldBe([Path]);
    }

    [Theory]
    [InlineData("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO notes (text) VALUES ('mine')")]
    [InlineData("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); PRAGMA user_version = 1")]
    [InlineData("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); PRAGMA user_version = 7")]
    [InlineData("CREATE TABLE comments (id TEXT, post TEXT, text TEXT)")]
    [InlineData("CREATE TABLE errands (id TEXT)")]
    [InlineData("CREATE TABLE jobs (id INTEGER PRIMARY KEY, plan BLOB); PRAGMA user_version = 1")]
    [InlineData("CREATE VIEW answer AS SELECT 42")]
    public void A_file_of_another_program_is_refused_and_left_alone(string content)
    {
        FileContents.Script(Path, content);
        var bytes = File.ReadAllBytes(Path);

        var refused = Refused();

        refused.Fault.ShouldBe(SqlFault.Foreign);
        refused.Message
            .ShouldBe(
                $"{Path} is not the {Kind.Owner} database but a SQLite file of another program, and was left as it is. Move it elsewhere "
                + "and start again.");
        File.ReadAllBytes(Path).ShouldBe(bytes);
        Directory.EnumerateFiles(_folder).ShouldBe([Path]);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("cut")]
    public void A_file_that_is_damaged_is_named_and_kept(string harm)
    {
        Version010.Write(Name, Path);
        var bytes = harm == "text" ? [.. Enumerable.Repeat((byte)'x', 4096)] : File.ReadAllBytes(Path)[..6000];
        File.WriteAllBytes(Path, bytes);

        if (IsMadeAnew)
        {
            Open(Path);
            File.ReadAllBytes(Path + ".damaged").ShouldBe(bytes);
        }
        else
        {
            var refused = Refused();
            refused.Fault.ShouldBe(SqlFault.Damaged);
            refused.Message.ShouldStartWith($"{Path} cannot be used as the {Kind.Owner} database: SQLite Error ");
            refused.Message.ShouldEndWith($". Restore it from a copy, or {Kind.Otherwise}.");
            File.ReadAllBytes(Path).ShouldBe(bytes);
        }
    }

    [Fact]
    public void A_path_that_is_a_folder_is_named()
    {
        Directory.CreateDirectory(Path);

        var refused = Refused();

        refused.Fault.ShouldBe(SqlFault.Unusable);
        refused.Message.ShouldContain(Path);
    }

    [Fact]
    public void A_connection_is_as_durable_as_the_kind_of_file_needs()
    {
        using var session = SqlFile.Open(Path, Kind);

        session.Number("PRAGMA synchronous").ShouldBe(Kind.Durability == SqlDurability.Precious ? 2 : 1);
        session.First("PRAGMA journal_mode", row => row.Text()).ShouldBe("wal");
        session.Number("PRAGMA cache_size").ShouldBe(Kind.Tuning == "" ? -2000 : -65536, "a large cache is for the index");
        session.Number("PRAGMA busy_timeout").ShouldBe((long)Kind.Busy.TotalMilliseconds);
    }

    public virtual void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private SqlFileException Refused()
    {
        var thrown = Should.Throw<Exception>(() => Open(Path));
        return (thrown as SqlFileException ?? thrown.InnerException as SqlFileException).ShouldNotBeNull();
    }
}
