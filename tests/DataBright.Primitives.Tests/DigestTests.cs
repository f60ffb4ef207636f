namespace DataBright.Tests;

public sealed class DigestTests
{
    [Fact]
    public void The_hash_is_SHA_256()
    {
        // FIPS 180-4, example of one block.
        Digest.Of("abc"u8).ToString().ShouldBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    [Fact]
    public void Text_is_read_back_and_anything_else_is_refused()
    {
        var digest = Digest.Of("x"u8);
        Digest.Parse(digest.ToString()).ShouldBe(digest);
        Digest.Parse("0x" + digest.ToString().ToUpperInvariant()).ShouldBe(digest);
        new Digest(digest.ToArray()).ShouldBe(digest);
        foreach (var text in new[] { "", "0x", digest.ToString()[1..], digest + "0", digest.ToString()[1..] + "g" })
            Should.Throw<FormatException>(() => Digest.Parse(text));
        Digest.TryParse(null, out _).ShouldBeFalse();
        Digest.Of("y"u8).ShouldNotBe(digest);
    }
}
