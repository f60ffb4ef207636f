using DataBright.Compute.Usage;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Usage;
using DataBright.Node.Usage;
using DataBright.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace DataBright.Node.Tests.Usage;

public sealed class UsageSheetTests
{
    private static readonly Address Ada = SampleMarket.Account(2), Ben = SampleMarket.Account(3);

    private static readonly Hash32 First = SampleMarket.Hash(1), Second = SampleMarket.Hash(2), Third = SampleMarket.Hash(3);

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static IReadOnlyList<IndexedShard> Listed => [Shard(1, First, Ada), Shard(2, Second, Ben), Shard(3, Third, Ada)];

    [Fact]
    public async Task Evidence_that_leads_to_the_root_tells_who_gets_what()
    {
        var evidence = Evidence(new JobId(7));
        var sheet = await FindAsync(evidence.ToBytes(), RootOf(evidence), Listed);
        sheet.ShouldNotBeNull().Lines.ShouldBe([(Ada, Money.Dollars(9)), (Ben, Money.Dollars(3))], ignoreOrder: true);
    }

    [Fact]
    public async Task Evidence_that_leads_elsewhere_tells_nothing() =>
        (await FindAsync(Evidence(new JobId(7)).ToBytes(), SampleMarket.Hash(9), Listed)).ShouldBeNull();

    [Fact]
    public async Task Evidence_of_another_job_tells_nothing()
    {
        var other = Evidence(new JobId(8));
        (await FindAsync(other.ToBytes(), RootOf(other), Listed)).ShouldBeNull();
    }

    [Fact]
    public async Task Evidence_over_a_shard_that_was_never_listed_tells_nothing()
    {
        var evidence = Evidence(new JobId(7));
        (await FindAsync(evidence.ToBytes(), RootOf(evidence), [.. Listed.Take(2)])).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("<script>")]
    [InlineData("""{"format":"databright.usage/1"}""")]
    [InlineData("""{"format":"databright.usage/1","shards":null}""")]
    public async Task Anything_else_under_the_evidences_address_tells_nothing(string bytes) =>
        (await FindAsync(System.Text.Encoding.UTF8.GetBytes(bytes), SampleMarket.Hash(9), Listed)).ShouldBeNull();

    [Fact]
    public async Task Evidence_that_is_not_here_tells_nothing() =>
        (await Sheets.FindAsync(Posting(First), Cid.Raw(Digest.Of("elsewhere"u8)), Listed, Stop)).ShouldBeNull();

    private UsageSheets Sheets => new(_blobs, NullLogger<UsageSheets>.Instance);

    private async Task<UsageSheet?> FindAsync(byte[] evidence, Hash32 root, IReadOnlyList<IndexedShard> listed) =>
        await Sheets.FindAsync(Posting(root), await _blobs.PutAsync(evidence, Stop), listed, Stop);

    private static UsageEvidence Evidence(JobId job) => new(
        UsageEvidence.CurrentFormat, job, Digest.Of("plan"u8), Digest.Of("checkpoint"u8), "by points", Money.Dollars(12),
        [new ShardWorth(First, 10, 500), new ShardWorth(Second, 10, 300), new ShardWorth(Third, 10, 400)]);

    private static Hash32 RootOf(UsageEvidence evidence) =>
        UsageSheet.Divide(evidence.Job, evidence.Part, [(Ada, 500), (Ben, 300), (Ada, 400)]).ShouldNotBeNull().Root;

    private static Market.Usage.UsagePosting Posting(Hash32 root) =>
        new(new JobId(7), UsageState.Posted, SampleMarket.Account(31), null, SampleMarket.Now, root, Money.Dollars(12));

    private static IndexedShard Shard(int number, Hash32 root, Address contributor) =>
        new(new DatasetId(1), number, root, null, 10, contributor, null, null, null, ShareAmount.Whole(1), false, 1, SampleMarket.Now);
}
