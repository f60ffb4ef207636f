namespace DataBright.Learning.Tests.Examples;

public sealed class Utf8TextTests
{
    [Fact]
    public void A_text_is_the_same_with_a_byte_order_mark_and_without()
    {
        Utf8Text.Decode([0xEF, 0xBB, 0xBF, .. "hé"u8], "t").ShouldBe("hé");
        Utf8Text.Decode([.. "hé"u8], "t").ShouldBe("hé");
        Utf8Text.Decode([], "t").ShouldBe("");
        Utf8Text.Decode([0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF], "t").ShouldBe("\uFEFF", "a second one is a character");
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0xE9, (byte)'b' }, 1)]
    [InlineData(new byte[] { (byte)'a', 10, (byte)'b', 10, 0xC3 }, 3)]
    [InlineData(new byte[] { 10, 0xED, 0xA0, 0x80 }, 2)]
    [InlineData(new byte[] { 0xC0, 0x80 }, 1)]
    public void Bytes_that_are_no_text_are_refused_with_the_line(byte[] bytes, int line) =>
        Should.Throw<MalformedInputException>(() => Utf8Text.Decode(bytes, "t")).Message
            .ShouldBe($"t: line {line}: not valid UTF-8; save it as UTF-8");
}
