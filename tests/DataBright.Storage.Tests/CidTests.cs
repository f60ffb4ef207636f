using System.Text;

namespace DataBright.Storage.Tests;

public sealed class CidTests
{
    private sealed record Forms(string Text, string Hex, string V1, string[] Others);

    [Fact]
    public async Task Every_text_form_is_the_one_of_the_public_library()
    {
        var cids = Enumerable.Range(0, 200).SelectMany(Pair).ToArray();

        var forms = await Peer.AskAsync<Forms[]>("multiformats.mjs", cids.Select(cid => cid.ToString()));

        forms.Length.ShouldBe(cids.Length);
        foreach (var (cid, form) in cids.Zip(forms))
        {
            cid.ToString().ShouldBe(form.Text);
            Convert.ToHexStringLower(cid.ToBytes()).ShouldBe(form.Hex);
            cid.ToVersion1().ToString().ShouldBe(form.V1);
            Cid.FromBytes(Convert.FromHexString(form.Hex)).ShouldBe(cid);
            Cid.Parse(form.Text).ShouldBe(cid);
            foreach (var other in form.Others) Cid.Parse(other).ShouldBe(cid.ToVersion1());
        }

        static IEnumerable<Cid> Pair(int i)
        {
            var hash = Digest.Of(Encoding.UTF8.GetBytes($"block {i}"));
            var version0 = Cid.FromBytes([0x12, 0x20, .. hash.ToArray()]);
            return [Cid.Raw(hash), Cid.DagPb(hash), version0];
        }
    }

    /// <summary>The multibase specification's own test strings.</summary>
    [Theory]
    [InlineData("yes mani !", "bpfsxgidnmfxgsibb", "z7paNL19xttacUY")]
    [InlineData("Decentralize everything!!", "birswgzloorzgc3djpjssazlwmvzhs5dinfxgoijb", "zUXE7GvtEk8XTXs1GF8HSGbVA9FCX9SEBPe")]
    [InlineData("\0yes mani !", "bab4wk4zanvqw42jaee", "z17paNL19xttacUY")]
    [InlineData("\0\0yes mani !", "baaahszltebwwc3tjeaqq", "z117paNL19xttacUY")]
    public void The_base_encodings_are_those_of_the_specification(string text, string base32, string base58)
    {
        var bytes = Encoding.ASCII.GetBytes(text);

        ("b" + Multibase.EncodeBase32(bytes)).ShouldBe(base32);
        ("z" + Multibase.EncodeBase58(bytes)).ShouldBe(base58);
        Multibase.Decode(base32).ShouldBe(bytes);
        Multibase.Decode(base32.ToUpperInvariant()).ShouldBe(bytes);
        Multibase.Decode(base58).ShouldBe(bytes);
        Multibase.Decode("f" + Convert.ToHexStringLower(bytes)).ShouldBe(bytes);
    }

    [Theory]
    [InlineData(0ul, "00")]
    [InlineData(1ul, "01")]
    [InlineData(127ul, "7f")]
    [InlineData(128ul, "8001")]
    [InlineData(255ul, "ff01")]
    [InlineData(300ul, "ac02")]
    [InlineData(16384ul, "808001")]
    [InlineData(long.MaxValue, "ffffffffffffffff7f")]
    public void Numbers_are_written_as_the_varint_specification_says(ulong value, string hex)
    {
        var bytes = new byte[10];
        Convert.ToHexStringLower(bytes.AsSpan(0, Varint.Write(bytes, value))).ShouldBe(hex);
        Varint.Length(value).ShouldBe(hex.Length / 2);
        Varint.Read(Convert.FromHexString(hex), out int length).ShouldBe(value);
        length.ShouldBe(hex.Length / 2);
    }

    [Theory]
    [InlineData("8000")] // not the shortest form
    [InlineData("80")] // cut off
    [InlineData("")]
    [InlineData("ffffffffffffffffff01")] // ten bytes
    public void Other_varints_are_refused(string hex) =>
        Should.Throw<FormatException>(() => Varint.Read(Convert.FromHexString(hex), out _));

    [Theory]
    [InlineData("")]
    [InlineData("b")]
    [InlineData("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1")] // one letter short
    [InlineData("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR10")] // zero is no letter of base58
    [InlineData("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyk")] // one letter short
    [InlineData("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvykua")] // one letter long
    [InlineData("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyk!")]
    [InlineData("Bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")] // upper-case prefix, lower-case text
    [InlineData("uAVUSIA")] // base64url
    [InlineData("bafyrmigsjlqg4w6x6jc4jpwxrvvi7jcr2y7wx3j2m6jzj7u4ejtmzbl3ui")] // blake2b or so: not sha2-256
    public void Text_that_is_no_usable_CID_is_refused(string text)
    {
        Should.Throw<FormatException>(() => Cid.Parse(text)).Message.ShouldContain(text);
        Cid.TryParse(text, out _).ShouldBeFalse();
    }

    [Fact]
    public void Bytes_after_a_CID_are_refused()
    {
        var good = Cid.Raw(Digest.Of("x"u8)).ToBytes();
        Should.Throw<FormatException>(() => Cid.FromBytes([.. good, 0]));
        Should.Throw<FormatException>(() => Cid.FromBytes(good.AsSpan(..^1)));
        Should.Throw<FormatException>(() => Cid.FromBytes([2, .. good.AsSpan(1)])).Message.ShouldContain("Version 2");
        Should.Throw<FormatException>(() => Cid.FromBytes([1, 0x71, .. good.AsSpan(2)])).Message.ShouldContain("0x71");
    }

    [Fact]
    public void Padding_bits_that_say_something_are_refused()
    {
        var good = Cid.Raw(Digest.Of("x"u8)).ToString();
        // 36 bytes leave two unused bits in the last letter: exactly one of four letters in a row is legal.
        int legal = "abcdefghijklmnopqrstuvwxyz234567".Count(letter => Cid.TryParse(good[..^1] + letter, out _));
        legal.ShouldBe(8);
    }
}
