using DataBright.Storage.Sql;
using DataBright.Testing.Databases;

namespace DataBright.Storage.Tests.Sql;

/// <summary>Files of older versions become files of this one, in order, once, and whole or not at all.</summary>
public sealed class SqlChangeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["library.db"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_file_of_any_version_becomes_one_of_the_newest(int version)
    {
        if (version > 0) Library.Write(Path, version);
        var rows = version > 0 ? FileContents.Rows(Path) : [];

        using (var file = SqlFile.Open(Path, Library.Newest)) file.Number("PRAGMA user_version").ShouldBe(3);

        FileContents.Number(Path, "SELECT count(*) FROM books JOIN authors ON authors.id = books.author WHERE year = 1900")
            .ShouldBe(version switch { 0 => 0, 3 => 0, _ => 20 });
        _folder.Copies().ShouldBe(version is 1 or 2 ? [$"library.db.v{version}"] : [],
            "a new file and one that needs no change are not copied");
        if (version is 1 or 2) FileContents.Rows(_folder[$"library.db.v{version}"]).ShouldBe(rows);
    }

    [Fact]
    public void A_newer_file_is_refused_and_its_copy_is_named()
    {
        Library.Write(Path, 1);
        SqlFile.Open(Path, Library.Newest).Dispose();

        var refused = Should.Throw<SqlFileException>(() => SqlFile.Open(Path, Library.Until(1)));

        refused.Fault.ShouldBe(SqlFault.Newer);
        refused.Message.ShouldContain($"put a copy of version 1 in its place ({Path}.v1 is one)");
        File.Move(Path + ".v1", Path, overwrite: true);
        using var back = SqlFile.Open(Path, Library.Until(1));
        back.Number("SELECT count(*) FROM books").ShouldBe(20, "as the message says");
    }

    [Fact]
    public void A_version_below_zero_is_not_ours()
    {
        Library.Write(Path, 1);
        FileContents.Script(Path, "PRAGMA user_version = -1");
        var rows = FileContents.Rows(Path);

        Should.Throw<SqlFileException>(() => SqlFile.Open(Path, Library.Newest)).Fault.ShouldBe(SqlFault.Foreign);

        FileContents.Rows(Path).ShouldBe(rows);
        FileContents.Number(Path, "PRAGMA user_version").ShouldBe(-1);
    }

    [Fact]
    public void A_file_without_a_number_is_finished_and_numbered_without_a_copy()
    {
        FileContents.Script(Path,
            "CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT NOT NULL, author TEXT NOT NULL); INSERT INTO books VALUES (1, 'A', "
            + "'B')");

        SqlFile.Open(Path, Library.Until(1)).Dispose();

        FileContents.Number(Path, "PRAGMA user_version").ShouldBe(1);
        FileContents.Rows(Path).ShouldBe(["books: 1|'A'|'B'"]);
        _folder.Copies().ShouldBeEmpty();
    }

    [Fact]
    public void A_file_without_a_number_is_copied_before_its_second_version()
    {
        FileContents.Script(Path,
            "CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT NOT NULL, author TEXT NOT NULL); INSERT INTO books VALUES (1, 'A', "
            + "'B')");

        SqlFile.Open(Path, Library.Newest).Dispose();

        FileContents.Rows(_folder["library.db.v1"]).ShouldBe(["books: 1|'A'|'B'"]);
    }

    [Fact]
    public void A_kind_that_can_be_had_again_is_not_copied()
    {
        Library.Write(Path, 1);

        SqlFile.Open(Path, Library.Newest with { IsCopied = false }).Dispose();

        _folder.Copies().ShouldBeEmpty();
        FileContents.Number(Path, "PRAGMA user_version").ShouldBe(3);
    }

    [Fact]
    public void The_two_newest_copies_stay()
    {
        File.WriteAllText(_folder["library.db.vague"], "not one of ours");
        Library.Write(Path, 1);
        foreach (var version in Enumerable.Range(2, 4))
        {
            var kind = Library.Newest with { Changes = [.. Enumerable.Range(1, version)
                .Select(number => number == 1 ? Library.Newest.Changes[0] : new SqlChange(number, _ => { }))] };
            SqlFile.Open(Path, kind).Dispose();
        }

        _folder.Copies().ShouldBe(["library.db.v3", "library.db.v4", "library.db.vague"]);
    }

    [Fact]
    public void What_a_writer_had_not_checkpointed_is_in_the_copy()
    {
        Library.Write(Path, 1);
        using var writer = new SqlSession(Path, Library.Until(1));
        writer.Run("INSERT INTO books (title, author) VALUES ('Last', 'Author 0')");
        File.Exists(Path + "-wal").ShouldBeTrue();

        SqlFile.Open(Path, Library.Newest).Dispose();

        FileContents.Number(_folder["library.db.v1"], "SELECT count(*) FROM books WHERE title = 'Last'").ShouldBe(1);
    }

    [Fact]
    public void A_copy_that_cannot_be_made_leaves_the_file_as_it_was()
    {
        Library.Write(Path, 1);
        var rows = FileContents.Rows(Path);
        Directory.CreateDirectory(Path + ".v1.part");

        var refused = Should.Throw<SqlFileException>(() => SqlFile.Open(Path, Library.Newest));

        refused.Fault.ShouldBe(SqlFault.Unusable);
        refused.Message.ShouldStartWith(
            $"{Path} is the library's database in version 1 and has to be changed to version 3, but the copy that is made before could not "
            + "be: ");
        refused.Message.ShouldContain("Nothing was changed.");
        FileContents.Rows(Path).ShouldBe(rows);
        FileContents.Number(Path, "PRAGMA user_version").ShouldBe(1);
    }

    [Fact]
    public void A_damaged_file_is_not_changed()
    {
        Library.Write(Path, 1, books: 2_000);
        var bytes = File.ReadAllBytes(Path);
        bytes.AsSpan(3 * 4096, 4096).Fill(0xa5);
        File.WriteAllBytes(Path, bytes);

        Should.Throw<SqlFileException>(() => SqlFile.Open(Path, Library.Newest)).Fault.ShouldBe(SqlFault.Damaged);

        File.ReadAllBytes(Path).ShouldBe(bytes);
        _folder.Copies().ShouldBeEmpty();
    }

    [Fact]
    public void A_change_for_which_there_is_no_room_leaves_the_version_before()
    {
        Library.Write(Path, 1, books: 500);
        var rows = FileContents.Rows(Path);
        var pages = FileContents.Number(Path, "PRAGMA page_count");
        var crowded = Library.Newest with { Tuning = $"PRAGMA max_page_count = {pages};" };

        var refused =
            Should.Throw<SqlFileException>(
                () => SqlFile.Open(Path, crowded with { Changes = [Library.Newest.Changes[0],
                    new SqlChange(2, file => file.Script("CREATE TABLE more AS SELECT * FROM books"))] }));

        refused.Fault.ShouldBe(SqlFault.Full);
        refused.Message.ShouldBe($"{Path} cannot be used as the library's database: the disk is full. Free some space and start again.");
        FileContents.Rows(Path).ShouldBe(rows);
        FileContents.Number(Path, "PRAGMA user_version").ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_failure_at_any_step_leaves_one_version_or_the_next_and_is_made_good(string step, int time)
    {
        Library.Write(Path, 1);
        var rows = FileContents.Rows(Path);

        Should.Throw<TimeoutException>(
            () => SqlFile.Open(Path, Library.Newest, Interruption.At(step, time, () => throw new TimeoutException())));

        LibraryFolder.ShouldBeWhole(_folder, rows);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_process_killed_at_any_step_leaves_one_version_or_the_next_and_is_made_good(string step, int time)
    {
        Library.Write(Path, 1);
        var rows = FileContents.Rows(Path);

        (await LibraryProcess.RunAsync(Path, step, time)).ShouldBe(LibraryProcess.Killed);

        LibraryFolder.ShouldBeWhole(_folder, rows);
    }

    [Fact]
    public async Task Processes_that_open_an_older_file_at_once_change_it_once()
    {
        Library.Write(Path, 1, books: 2_000);
        var rows = FileContents.Rows(Path);

        var ends = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LibraryProcess.RunAsync(Path, "none", 0)));

        ends.ShouldBe([LibraryProcess.Done, LibraryProcess.Done, LibraryProcess.Done, LibraryProcess.Done]);
        LibraryFolder.ShouldBeWhole(_folder, rows);
        FileContents.Number(Path, "SELECT count(*) FROM authors").ShouldBe(3);
    }

    [Fact]
    public async Task A_disk_with_no_room_for_the_copy_stops_the_change()
    {
        var said = await LibraryProcess.OnSmallDiskAsync(_folder["disk"]);
        Assert.SkipWhen(said is null, "Small disks need a user namespace: unshare -rm must be allowed.");

        said.ShouldContain(
            "but the copy that is made before could not be: the disk is full. Nothing was changed. Free some space and start again.");
        said.ShouldContain("\nversion 1, 2000 books, no copy\n");
    }

    /// <summary>Each step as often as it is come by on the way from version 1 to 3.</summary>
    public static TheoryData<string, int> Steps()
    {
        var steps = new TheoryData<string, int> { { nameof(SqlStep.CopyWritten), 1 }, { nameof(SqlStep.CopyNamed), 1 } };
        foreach (var step in (SqlStep[])[SqlStep.Locked, SqlStep.Applied, SqlStep.Numbered])
            foreach (var time in (int[])[1, 2]) steps.Add(step.ToString(), time);
        // The change that the file had already ends too.
        foreach (var time in (int[])[1, 2, 3]) steps.Add(nameof(SqlStep.Committed), time);
        return steps;
    }
}
