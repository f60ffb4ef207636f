using DataBright.Compute.Ledger;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Generated;
using DataBright.Storage;
using DataBright.Testing.Odd;

namespace DataBright.Compute.Hostile;

/// <summary>A scheduler reads its orders from a ledger of which anyone can write a part: what is odd there holds up nothing else.</summary>
public sealed class OddOrderTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    public async Task Good_orders_and_workers_are_read_whatever_else_there_is(int seed)
    {
        const byte Jobs = 6;
        var count = OddLedger.SelectorOf("Jobs", "jobCount");
        var answers = new OddLedger(seed);
        await using var chain =
            new ScriptedChain(call => call.AsSpan().StartsWith(count) ? [.. new byte[31], Jobs] : answers.AnswerOf(call));
        chain.Mine([.. OddLedger.Honest(), .. new OddLedger(seed).Odd(15)]);
        using var http = new HttpClient(new SocketsHttpHandler());
        var market = new Market.Ledger(new EthereumClient(new JsonRpcClient(http, chain.Url), Errors.Table), OddLedger.Market);
        var ledger = new ChainJobLedger(market, new MemoryBlobStore(), OddLedger.Ada, null);

        for (int pass = 0; pass < 3; pass++)
        {
            var open = await ledger.OpenJobsAsync(Stop);
            open.ShouldHaveSingleItem().Terms.Id.ShouldBe(new JobId(1));
            open[0].Stage.ShouldBe(LedgerStage.Accepted);
        }
        foreach (var id in OddLedger.Ids) await ledger.FindAsync(new JobId(id), Stop);
    }

    /// <summary>Anyone may register with any words for a key and any fee; a chain may take every one of them for active.</summary>
    [Theory]
    [InlineData(33)]
    [InlineData(34)]
    public async Task A_worker_that_can_be_sent_something_is_drawn_whoever_else_registers(int seed)
    {
        var (isActive, key, answers) = (OddLedger.SelectorOf("Workers", "isActive"), World.Key(1).PublicKey, new OddLedger(seed));
        await using var chain = new ScriptedChain(
            call => call.AsSpan().StartsWith(isActive) ? [.. new byte[31], 1] : answers.AnswerOf(call));
        var odd = new OddLedger(seed).Odd(15);
        odd.Count(entry => entry.Event == "Workers.WorkerRegistered").ShouldBeGreaterThan(10);
        var good = OddLedger.Plain("Workers", "WorkerRegistered", ("worker", OddLedger.Bob), ("encryptionKey", key.ToCompressed()));
        chain.Mine([.. odd, good, .. new OddLedger(seed + 1).Odd(5)]);
        using var http = new HttpClient(new SocketsHttpHandler());
        var market = new Market.Ledger(new EthereumClient(new JsonRpcClient(http, chain.Url), Errors.Table), OddLedger.Market);

        var workers = await new ChainJobLedger(market, new MemoryBlobStore(), OddLedger.Ada, null).WorkersAsync(Stop);

        workers.ShouldHaveSingleItem("the others' keys are none").Worker.ShouldBe(OddLedger.Bob);
        workers[0].EncryptionKey.ToCompressed().ShouldBe(key.ToCompressed());
    }

    [Theory]
    [InlineData("kind", 255)]
    [InlineData("deadline", (1L << 40) - 1)]
    public async Task An_order_of_this_scheduler_that_says_what_cannot_be_is_passed_by(string field, long value)
    {
        var count = OddLedger.SelectorOf("Jobs", "jobCount");
        await using var chain = new ScriptedChain(call => call.AsSpan().StartsWith(count) ? [.. new byte[31], 2] : null);
        chain.Mine([.. OddLedger.Honest(),
            OddLedger.Plain("Jobs", "JobCreated", ("jobId", 2), ("datasetId", 1), ("proposalId", 0), ("kind", 0), (field, value))]);
        using var http = new HttpClient(new SocketsHttpHandler());
        var market = new Market.Ledger(new EthereumClient(new JsonRpcClient(http, chain.Url), Errors.Table), OddLedger.Market);

        var open = await new ChainJobLedger(market, new MemoryBlobStore(), OddLedger.Ada, null).OpenJobsAsync(Stop);

        open[0].Terms.Id.ShouldBe(new JobId(1));
        // A time is a time, and the job is driven until it is refunded; a kind that nobody knows is no order.
        open.Skip(1).ShouldAllBe(job => ChainTime.IsBeyond(job.Terms.Deadline));
        open.Count.ShouldBe(field == "kind" ? 1 : 2);
    }
}
