using System.Text;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Serving.Tests;

/// <summary>What a worker says that answers are called is believed as far as the ledger binds it.</summary>
public sealed class ServedNamesTests
{
    private static readonly DataSchema Points = new(ElementType.UInt8, [1, 8, 8], 2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Names_that_the_ledger_binds_are_taken_and_no_others()
    {
        var (dataset, blobs) = await FoundAsync("cat", "dog");
        var names = (await ServedNames.ReadAsync(blobs, dataset, Stop))!;

        names.Find(dataset)!.Classes.ShouldBe(["cat", "dog"]);
        CanonicalJson.Read<ServedNames>(CanonicalJson.Write(names)).Find(dataset)!.NameOf(1).ShouldBe("dog", "as it travels");

        var (_, others) = await FoundAsync("dog", "cat");
        var turned = (await ServedNames.ReadAsync(others, (await FoundAsync("dog", "cat")).Dataset, Stop))!;
        turned.Find(dataset).ShouldBeNull("the description is another");
        (names with { Schema = turned.Schema }).Find(dataset).ShouldBeNull("the description names another schema");
        names.Find(dataset with { Schema = Digest.Of("others"u8) }).ShouldBeNull("it is of other points");
    }

    [Fact]
    public async Task A_dataset_of_before_has_no_names()
    {
        var blobs = new MemoryBlobStore();
        var description = await blobs.PutAsync("# Digits\n"u8.ToArray(), Stop);

        (await ServedNames.ReadAsync(blobs, Of(description.Hash), Stop)).ShouldBeNull();
        (await ServedNames.ReadAsync(blobs, Of(Digest.Of("not here"u8)), Stop)).ShouldBeNull();
        (await ServedNames.ReadAsync(blobs, null, Stop)).ShouldBeNull();
    }

    private static async Task<(Dataset Dataset, MemoryBlobStore Blobs)> FoundAsync(params string[] classes)
    {
        var blobs = new MemoryBlobStore();
        var schema =
            await blobs.PutAsync(new DatasetSchema(DatasetSchema.CurrentFormat, Points.Hash, classes, null, new SchemaPicture(1, 8, 8),
                null, ValueScale.Bytes).ToJson(), Stop);
        var description = await blobs.PutAsync(SchemaLink.Write(Encoding.UTF8.GetBytes("# Pets"), schema), Stop);
        return (Of(description.Hash), blobs);
    }

    private static Dataset Of(Digest description) =>
        new(new DatasetId(1), default(Address), default, Hash32.Zero, description, Points.Hash, default);
}
