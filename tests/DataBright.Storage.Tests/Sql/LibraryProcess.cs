using System.Diagnostics;
using DataBright.Storage.Sql;
using DataBright.Testing.Databases;

namespace DataBright.Storage.Tests.Sql;

/// <summary>Ends what is done at a step.</summary>
internal static class Interruption
{
    /// <param name="step">Which step; any other word means never.</param>
    /// <param name="time">The how-manieth time that it is reached.</param>
    /// <param name="end">How.</param>
    public static Action<SqlStep> At(string step, int time, Action end)
    {
        int times = 0;
        return reached =>
        {
            if (reached.ToString() == step && ++times == time) end();
        };
    }
}

/// <summary>What must be true of a folder with a library of version 1 in it after anything has happened to a change.</summary>
internal static class LibraryFolder
{
    public static IReadOnlyList<string> Copies(this TemporaryFolder folder) =>
        [.. Directory.EnumerateFiles(folder.Path, "*.v*").Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal)!];

    public static void ShouldBeWhole(TemporaryFolder folder, IReadOnlyList<string> rows)
    {
        var path = folder["library.db"];
        var version = FileContents.Number(path, "PRAGMA user_version");
        FileContents.Number(path, "SELECT count(*) FROM pragma_table_info('books') WHERE name = 'year'").ShouldBe(version >= 2 ? 1 : 0);
        FileContents.Number(path, "SELECT count(*) FROM sqlite_master WHERE name = 'authors'").ShouldBe(version >= 3 ? 1 : 0);
        if (version == 1) FileContents.Rows(path).ShouldBe(rows);
        else FileContents.Rows(folder["library.db.v1"]).ShouldBe(rows, "nothing was changed before the copy was there");

        SqlFile.Open(path, Library.Newest).Dispose();

        FileContents.Number(path, "PRAGMA user_version").ShouldBe(3);
        FileContents.Number(path, "SELECT count(*) FROM books JOIN authors ON authors.id = books.author WHERE year = 1900")
            .ShouldBe(rows.Count);
        FileContents.Rows(folder["library.db.v1"]).ShouldBe(rows);
        folder.Copies().ShouldBe(version == 2 ? ["library.db.v1", "library.db.v2"] : ["library.db.v1"], "and nothing unfinished");
    }
}

/// <summary>These tests as a program that opens a library: see Program.cs.</summary>
internal static class LibraryProcess
{
    public const int Done = 0, Killed = 137;

    /// <summary>What the child does.</summary>
    public static int Do(string path, string step, int time)
    {
        if (step == "small-disk")
        {
            Console.WriteLine(TryOnSmallDisk(path));
            return Done;
        }
        SqlFile.Open(path, Library.Newest, Interruption.At(step, time, () => Process.GetCurrentProcess().Kill())).Dispose();
        return Done;
    }

    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(string path, string step, int time)
    {
        using var child = Process.Start(new ProcessStartInfo(Self[0], [.. Self.Skip(1), "library", path, step, $"{time}"]))!;
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        return child.ExitCode;
    }

    /// <returns>What the child said; null where there can be no small disk.</returns>
    public static async Task<string?> OnSmallDiskAsync(string disk)
    {
        Directory.CreateDirectory(disk);
        const string line = "mount -t tmpfs -o size=300k tmpfs \"$0\" && \"$@\"";
        var start = new ProcessStartInfo("unshare",
            ["-rm", "sh", "-c", line, disk, .. Self, "library", System.IO.Path.Combine(disk, "library.db"), "small-disk", "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var child = Process.Start(start)!;
            var said = child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = await child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            return error.Contains("unshare", StringComparison.Ordinal) || error.Contains("mount", StringComparison.Ordinal)
                ? null : await said + error;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>How these tests were started: by their own executable or by <c>dotnet</c>.</summary>
    internal static IReadOnlyList<string> Self => System.IO.Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
        ? [Environment.ProcessPath!, typeof(LibraryProcess).Assembly.Location] : [Environment.ProcessPath!];

    private static string TryOnSmallDisk(string path)
    {
        Library.Write(path, 1, books: 2_000);
        // The rest of the disk is taken, but for the 32 KiB of the file's -shm: there is room to open it and none for a copy.
        using (var rest = File.Create(path + ".rest"))
        {
            try
            {
                while (true) rest.Write(new byte[4096]);
            }
            catch (IOException)
            {
                rest.SetLength(Math.Max(0, rest.Length - 8 * 4096));
            }
        }
        string said;
        try
        {
            SqlFile.Open(path, Library.Newest).Dispose();
            said = "opened";
        }
        catch (SqlFileException refused)
        {
            said = refused.Message;
        }
        File.Delete(path + ".rest");
        var copies = Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(path)!, "*.v*").Count();
        return $"{said}\nversion {FileContents.Number(path, "PRAGMA user_version")}, "
            + $"{FileContents.Number(path, "SELECT count(*) FROM books")} books, {(copies == 0 ? "no copy" : "a copy")}";
    }
}
