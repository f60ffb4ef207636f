using System.Text;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;
using DataBright.Storage.Sql;
using DataBright.Testing.Databases;

namespace DataBright.Compute.Scheduler;

/// <summary>The scheduler's file, those that databright 0.1.0 wrote among them.</summary>
public sealed class SchedulerDatabaseTests : SqlFileBehaviour
{
    private static readonly JobId TheJob = new(1);
    private static readonly Address Wanda = Address.Parse("0x9C92d9975B4562Cc61C1BcB8a63823806C15Bb36");

    private readonly string _folder = Directory.CreateTempSubdirectory("databright-scheduler-").FullName;

    protected override string Name => "scheduler.db";

    protected override SqlSchema Kind => SqliteSchedulerStore.Schema;

    [Fact]
    public void A_job_of_0_1_0_is_read_to_the_byte_and_goes_on()
    {
        var path = Path.Combine(_folder, Name);
        Version010.Write(Name, path);
        using (var raw = new SqlSession(path, Kind))
        using (var store = SqliteSchedulerStore.Open(path))
        {
            var job = store.Load().ShouldHaveSingleItem();
            (job.Id, job.Phase, job.Tasks.Count).ShouldBe((TheJob, JobPhase.Settled, 2));
            job.Plan.Digest.ShouldBe(Digest.Parse("532ddfa60f66d61979b44b420ef76c8c75b5b772e281669146b50e3673d063c9"));
            job.Settlement.ShouldNotBeNull().PayTotal.ShouldBe(new Money(30_999_997));
            CanonicalJson.WriteText(job).ShouldBe(Stored(raw, "SELECT state FROM jobs"));
            job.Tasks.Values.Select(task => CanonicalJson.WriteText(task))
                .ShouldBe(raw.List("SELECT state FROM tasks ORDER BY task", row => Encoding.UTF8.GetString(row.Bytes())),
                    ignoreOrder: true);
            store.Events(TheJob, 0, 100).Select(news => news.Sequence).ShouldBe(Enumerable.Range(1, 29).Select(number => (long)number));
            store.Events(TheJob, 28, 100).ShouldHaveSingleItem().Detail
                .ShouldBe("accuracy 25.00 %, $30.999997 to 4 accounts, the scheduler's among them");
            store.FindEnvelope(TheJob, Wanda, -1, -1).ShouldBe(Cid.Parse("bafkreihldqq35imzl5l4ctvsdlijqwzgc363xr7ss545gli3drbgmc7qvi"));

            var news = job with { Problem = "none", News = [new JobEvent(TheJob, JobEventKind.Waiting, Worker: Wanda)] };
            store.Save(job, news, DateTimeOffset.UnixEpoch).ShouldHaveSingleItem().Sequence.ShouldBe(30, "numbers are not given twice");
            store.KeepEnvelope(TheJob, Wanda, 0, 1, Cid.Raw(default));
        }

        using var again = SqliteSchedulerStore.Open(path);
        var read = again.Load().ShouldHaveSingleItem();
        read.Problem.ShouldBe("none");
        read.Tasks.Count.ShouldBe(2);
        again.Events(TheJob, 29, 100).ShouldHaveSingleItem()
            .ShouldBe(new JobEvent(TheJob, JobEventKind.Waiting, Worker: Wanda, At: DateTimeOffset.UnixEpoch, Sequence: 30));
        again.FindEnvelope(TheJob, Wanda, 0, 1).ShouldBe(Cid.Raw(default));
    }

    [Fact]
    public void A_scheduler_is_told_what_is_wrong_with_its_file_and_what_to_do()
    {
        var path = Path.Combine(_folder, Name);
        Version010.Write(Name, path);
        FileContents.Script(path, "PRAGMA user_version = 9");

        Should.Throw<SchedulerStoreException>(() => SqliteSchedulerStore.Open(path)).Message.ShouldContain("written by a newer databright");
    }

    public override void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        base.Dispose();
    }

    protected override void Open(string path) => SqliteSchedulerStore.Open(path).Dispose();

    private static string Stored(SqlSession raw, string sql) => Encoding.UTF8.GetString(raw.Bytes(sql).ShouldNotBeNull());
}
