using System.Text;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Trust;
using DataBright.Node.Uploads;
using DataBright.Storage;

namespace DataBright.Node.Tests.Uploads;

/// <summary>What the ledger names, on a real one.</summary>
public sealed class NamedFileTests : IAsyncLifetime
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("databright-named");
    private MarketChain _market = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _market = await MarketChain.StartAsync(_home.FullName);
    }

    public async ValueTask DisposeAsync()
    {
        if (_market is not null) await _market.DisposeAsync();
        _home.Delete(recursive: true);
    }

    [Fact]
    public async Task Files_of_events_and_of_plans_are_named_and_only_an_index_that_has_read_everything_tells()
    {
        var blobs = new MemoryBlobStore();
        var heldOut = Cid.DagPb(Digest.Of("points that only a plan names"u8));
        var plan = await blobs.PutAsync(Encoding.UTF8.GetBytes($$"""{ "heldOut": { "cid": "{{heldOut}}" } }"""), Stop);
        var founding = new OfferedShard(Digest.Of("founding"u8).ToHash32(), 5, Cid.Raw(Digest.Of("founding file"u8)));
        var dataset = await _market.Ledger.Datasets.CreateAsync(new DatasetCharter(
            Digest.Of("about"u8), Digest.Of("schema"u8), Digest.Of("held out"u8), "Digits", "DIG", new DatasetPolicy(),
            [new Founder(_market.Deployer.Address, ShareAmount.Whole(1))], founding), _market.Deployer, Stop);
        using var index = LedgerIndex.Open(Path.Combine(_home.FullName, "index.db"), _market.Ledger.Addresses);
        var named = new NamedFiles(index, _market.Client, blobs);
        var nobodys = Cid.Raw(Digest.Of("nobody's"u8));
        Cid[] files = [founding.Cid, heldOut, plan, nobodys];
        (await named.AmongAsync(files, Stop)).ShouldBeNull("nothing has been read yet");
        await index.CatchUpAsync(_market.Client, TimeProvider.System, Stop);
        (await named.AmongAsync(files, Stop)).ShouldBe([founding.Cid]);

        await OrderAsync(dataset.Id, plan.Hash);
        (await named.AmongAsync(files, Stop)).ShouldBeNull("the newest blocks may name any of them");
        await index.CatchUpAsync(_market.Client, TimeProvider.System, Stop);
        (await named.AmongAsync(files, Stop)).ShouldBe([founding.Cid, heldOut, plan], ignoreOrder: true);
        // A plan that lies elsewhere names what it names there.
        await OrderAsync(dataset.Id, Digest.Of("a plan that is not here"u8));
        await index.CatchUpAsync(_market.Client, TimeProvider.System, Stop);
        (await named.AmongAsync([nobodys], Stop)).ShouldBe([]);
    }

    private async Task OrderAsync(DatasetId dataset, Digest plan)
    {
        var (scheduler, referee) = (DevelopmentAccounts.Key(8).Address, DevelopmentAccounts.Key(9).Address);
        if (await _market.Ledger.TrustedKeys.NumberOfAsync(scheduler, Stop) is null)
        {
            await _market.Ledger.TrustedKeys.RegisterAsync(scheduler, TrustedRole.Scheduler, Attestation.None, null,
                _market.Deployer, Stop);
            await _market.Ledger.TrustedKeys.RegisterAsync(referee, TrustedRole.Referee, Attestation.None, null, _market.Deployer, Stop);
            await _market.Ledger.Dollars.MintAsync(_market.Deployer.Address, Money.Dollars(1_000), _market.Deployer, Stop);
        }
        var deadline = (await _market.Client.BlockAsync(BlockTag.Latest, Stop))!.Timestamp + TimeSpan.FromHours(1);
        await _market.Ledger.Jobs.CreateAsync(new JobOrder(JobKind.Training, dataset, null, plan, scheduler, referee, 1, Money.Dollars(2),
            deadline), _market.Deployer, Stop);
    }
}
