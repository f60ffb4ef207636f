using System.Buffers.Binary;
using System.Text;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Market.Tests.Datasets;

/// <summary>What the numbers of a dataset mean, beside its description.</summary>
public sealed class DatasetSchemaTests
{
    private static readonly DataSchema Points = new(ElementType.Float32, [3, 1, 1], 2);

    private static readonly DatasetSchema Schema = new(
        DatasetSchema.CurrentFormat, Points.Hash, ["low", "high"],
        [
            new SchemaColumn("height", ColumnType.Number, "cm", 170, 8.5, null, 150, 199.5),
            new SchemaColumn("colour", ColumnType.Category, null, 0, 1, ["blau", "rot"], null, null),
        ], null, null, ValueScale.Any);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_schema_is_read_as_it_was_written()
    {
        var read = DatasetSchema.Parse(Schema.ToJson());

        read.ToJson().ShouldBe(Schema.ToJson());
        read.NameOf(1).ShouldBe("high");
        read.NameOf(2).ShouldBe("2", "a label that has no name is its number");
        (read with { Classes = null }).NameOf(0).ShouldBe("0");
        read.Columns![0].InWords.ShouldBe("height (cm)");
    }

    [Theory]
    [InlineData("\"low\",\"high\"", "\"low\",\"low\"", "the same")]
    [InlineData("\"low\",\"high\"", "\"low\",\"\"", "letters that can be seen")]
    [InlineData("\"low\",\"high\"", "\"low\",\"hi\\u202Egh\"", "turns the direction")]
    [InlineData("\"low\",\"high\"", "\"low\",null", "has 1 to 200 characters")]
    [InlineData("databright.schema/1", "databright.schema/9", "is not known")]
    [InlineData("8.5", "0", "by numbers that are none")]
    [InlineData("199.5", "1e999", "an end that is no number")]
    [InlineData("\"blau\",\"rot\"", "\"rot\",\"rot\"", "has a category twice")]
    [InlineData("\"text\":null", "\"text\":{\"bytes\":2000000000}", "1 to 65536 bytes")]
    [InlineData("\"category\"", "\"number\"", "has categories, or is of numbers")]
    [InlineData("\"scale\":\"any\"", "\"scale\":7", "no schema")]
    [InlineData("\"scale\":\"any\"", "\"scale\":\"any\",\"more\":1", "no schema")]
    [InlineData("\"blau\",\"rot\"", "\"blau\",null", "is null")]
    public void A_schema_that_makes_no_sense_is_refused(string what, string instead, string why)
    {
        var json = Encoding.UTF8.GetString(Schema.ToJson());
        json.ShouldContain(what);
        Should.Throw<FormatException>(() =>
            DatasetSchema.Parse(Encoding.UTF8.GetBytes(json.Replace(what, instead, StringComparison.Ordinal)))).Message.ShouldContain(why);
    }

    [Fact]
    public async Task A_description_names_the_schema_in_its_last_line_and_is_shown_without_it()
    {
        var blobs = new MemoryBlobStore();
        var cid = await blobs.PutAsync(Schema.ToJson(), Stop);
        var description = SchemaLink.Write("# Heights\nOf people. Licence: CC0.\n"u8.ToArray(), cid);
        await blobs.PutAsync(description, Stop);

        (await SchemaLink.ReadAsync(blobs, Digest.Of(description), Points.Hash, Stop))!.ToJson().ShouldBe(Schema.ToJson());
        SchemaLink.Without(Encoding.UTF8.GetString(description)).ShouldBe("# Heights\nOf people. Licence: CC0.");
        (await SchemaLink.ReadAsync(blobs, Digest.Of(description), new DataSchema(ElementType.UInt8, [3, 1, 1], 2).Hash, Stop))
            .ShouldBeNull("it is of other points");
    }

    [Theory]
    [InlineData("# Digits\nAs it always was.")]
    [InlineData("Schema: of no address")]
    [InlineData("")]
    public async Task A_description_of_before_names_none(string text)
    {
        var blobs = new MemoryBlobStore();
        var cid = await blobs.PutAsync(Encoding.UTF8.GetBytes(text), Stop);

        (await SchemaLink.ReadAsync(blobs, cid.Hash, Points.Hash, Stop)).ShouldBeNull();
        SchemaLink.Without(text).ShouldBe(text);
        (await SchemaLink.ReadAsync(blobs, Digest.Of("not here"u8), Points.Hash, Stop)).ShouldBeNull();
    }

    [Theory]
    [InlineData(160, 195, null)]
    [InlineData(196, 260, null)]
    [InlineData(1.6, 1.9, "height (cm) has numbers from 150 to 199.5; here it has 1.6 to 1.9")]
    [InlineData(1600, 1900, "here it has 1600 to 1900")]
    public void Another_unit_is_told_by_its_range(double from, double to, string? why)
    {
        var heights = new[] { from, to }.Select(height => (float)((height - 170) / 8.5));
        var shard =
            new Shard(Points, heights.SelectMany(value => new[] { value, 1f, 0f }).SelectMany(BitConverter.GetBytes).ToArray(), [0, 1]);

        if (why is null) SchemaFit.Mismatch(Schema, shard).ShouldBeNull();
        else SchemaFit.Mismatch(Schema, shard).ShouldNotBeNull().ShouldContain(why);
    }

    /// <summary>Bytes are no parts of one; a few values may go beyond, and whole numbers of a part of the range are no fault.</summary>
    [Theory]
    [InlineData(ValueScale.ZeroToOne, 0f, 1f, false)]
    [InlineData(ValueScale.ZeroToOne, -0.02f, 1.02f, false)]
    [InlineData(ValueScale.ZeroToOne, 0f, 255f, true)]
    [InlineData(ValueScale.ZeroToOne, 0f, 2.5f, true)]
    [InlineData(ValueScale.ZeroTo255, 0f, 255f, false)]
    [InlineData(ValueScale.ZeroTo255, 0f, 1f, false)]
    [InlineData(ValueScale.ZeroTo255, 0.5f, 1f, true)]
    [InlineData(ValueScale.ZeroTo255, 0f, 1000f, true)]
    [InlineData(ValueScale.Any, -1e9f, 1e9f, false)]
    public void Another_scale_is_told_by_what_could_not_be_the_datasets(ValueScale scale, float from, float to, bool isOther)
    {
        var schema = new DatasetSchema(DatasetSchema.CurrentFormat, Points.Hash, null, null, null, null, scale);
        var bytes = new byte[24];
        foreach (var (value, place) in new[] { from, to, from, to, to, from }
            .Select((value, place) => (value, place))) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * place), value);
        (SchemaFit.Mismatch(schema, new Shard(Points, bytes, [0, 1])) is not null).ShouldBe(isOther);
    }

    [Fact]
    public void A_description_that_would_not_be_read_any_more_is_refused() =>
        Should.Throw<FormatException>(() => SchemaLink.Write(new byte[64 * 1024], Cid.Raw(Points.Hash))).Message
            .ShouldContain("Shorten it");
}
