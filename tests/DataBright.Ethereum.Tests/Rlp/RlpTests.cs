using System.Text.Json;
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
            Hex.Encode(RlpItem.Decode(vector.Bytes("encoded")).Encode()).ShouldBe(vector.Text("encoded"));
        }
    }

    private static RlpItem Item(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array
            ? new RlpItem(element.EnumerateArray().Select(Item))
            : new RlpItem(Hex.Decode(element.GetString()));
}
