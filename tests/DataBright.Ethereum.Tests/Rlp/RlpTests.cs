using System.Text.Json;
using DataBright.Ethereum.Tests.Peers;
using DataBright.Ethereum.Tests.Vectors;

namespace DataBright.Ethereum.Tests.Rlp;

public sealed class RlpTests
{
    [Fact]
    public void Every_published_item_is_written_and_read()
    {
        var cases = Testcases.Read("rlp-coder");
        cases.Length.ShouldBe(61);
        foreach (var vector in cases)
        {
            var item = Item(vector.GetProperty("decoded"));
            Hex.Encode(item.Encode()).ShouldBe(vector.Text("encoded"));
            Same(RlpItem.Decode(vector.Bytes("encoded")), item).ShouldBeTrue(vector.Text("name"));
        }
    }

    [Theory]
    [InlineData("", "ends where another item")]
    [InlineData("8100", "not canonical")]
    [InlineData("817f", "not canonical")]
    [InlineData("83aabb", "ends before")]
    [InlineData("b800", "leading zeros")]
    [InlineData("b837" + "00", "short item has a long length")]
    [InlineData("b90038", "leading zeros")]
    [InlineData("b838", "ends before the 56 bytes")]
    [InlineData("b8", "inside a length")]
    [InlineData("bfffffffffffffffff", "ends before")]
    [InlineData("ffffffffffffffffff", "ends before")]
    [InlineData("bb80000000", "ends before")]
    [InlineData("c2", "ends before")]
    [InlineData("c100c0", "goes on")]
    [InlineData("f800", "leading zeros")]
    [InlineData("f837", "short item has a long length")]
    [InlineData("c28100", "not canonical")]
    public void What_is_not_canonical_is_refused(string encoded, string reason) =>
        Should.Throw<RlpException>(() => RlpItem.Decode(Hex.Decode(encoded))).Message.ShouldContain(reason);

    [Theory]
    [InlineData("00", "leading zeros")]
    [InlineData("820001", "leading zeros")]
    [InlineData("a1010000000000000000000000000000000000000000000000000000000000000000", "33 bytes")]
    [InlineData("c0", "list where a string")]
    public void What_is_no_number_is_refused(string encoded, string reason) =>
        Should.Throw<RlpException>(() => new RlpReader(Hex.Decode(encoded)).Number()).Message.ShouldContain(reason);

    [Fact]
    public void Numbers_of_every_size_come_back()
    {
        var chance = new Chance(51);
        for (var i = 0; i < 500; i++)
        {
            var number = chance.Number(256);
            var writer = new RlpWriter();
            writer.Write(number);
            var reader = new RlpReader(writer.Written);
            reader.Number().ShouldBe(number);
            reader.End();
        }
    }

    [Fact]
    public void Deep_nesting_is_refused_before_the_stack_ends()
    {
        var item = new RlpItem(Array.Empty<RlpItem>());
        for (var i = 1; i < RlpItem.MaxDepth; i++)
            item = new RlpItem([item]);
        RlpItem.Decode(item.Encode()).IsList.ShouldBeTrue();
        Should.Throw<RlpException>(() => RlpItem.Decode(new RlpItem([item]).Encode())).Message.ShouldContain("deep");
    }

    [Fact]
    public void An_open_list_is_noticed()
    {
        var writer = new RlpWriter();
        writer.BeginList();
        Should.Throw<InvalidOperationException>(() => writer.ToArray());
        writer.End();
        writer.ToArray().ShouldBe([0xc0]);
        Should.Throw<InvalidOperationException>(writer.End);
    }

    private static RlpItem Item(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array
            ? new RlpItem(element.EnumerateArray().Select(Item))
            : new RlpItem(Hex.Decode(element.GetString()));

    private static bool Same(RlpItem left, RlpItem right) =>
        left.IsList == right.IsList && (left.IsList
            ? left.Items.Count == right.Items.Count && left.Items.Zip(right.Items, Same).All(same => same)
            : left.Bytes.Span.SequenceEqual(right.Bytes.Span));
}
