using System.Security.Cryptography;
using DataBright.Ethereum.Tests.Peers;
using DataBright.Ethereum.Tests.Vectors;

namespace DataBright.Ethereum.Tests.Hashing;

public sealed class KeccakTests
{
    [Fact]
    public void Agrees_with_every_published_hash()
    {
        var cases = Testcases.Read("hashes");
        cases.Length.ShouldBe(516);
        foreach (var vector in cases)
        {
            var data = vector.Bytes("data");
            Keccak.Hash(data).ToString().ShouldBe(vector.Text("keccak256"));
            // The package's other hashes are the platform's.
            Hex.Encode(SHA256.HashData(data)).ShouldBe(vector.Text("sha256"));
            Hex.Encode(SHA512.HashData(data)).ShouldBe(vector.Text("sha512"));
        }
    }

    // Keccak team, ShortMsgKAT_256 of the submission's third round.
    [Theory]
    [InlineData("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("0xcc", "0xeead6dbfc7340a56caedc044696a168870549a6a7f6f56961e84a54bd9970b8a")]
    [InlineData("0x41fb", "0xa8eaceda4d47b3281a795ad9e1ea2122b407baf9aabcb9e18b5717b7873537d2")]
    public void Agrees_with_the_submission(string message, string hash) =>
        Keccak.Hash(Hex.Decode(message)).ToString().ShouldBe(hash);

    // ExtremelyLongMsgKAT_256: a gibibyte of one line, which also runs the permutation eight million times.
    [Fact]
    public void A_gibibyte_hashes_as_the_submission_says()
    {
        var line = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"u8;
        var mebibyte = new byte[1 << 20];
        for (var i = 0; i < mebibyte.Length; i += line.Length)
            line.CopyTo(mebibyte.AsSpan(i));
        var keccak = new Keccak();
        for (var i = 0; i < 1024; i++)
            keccak.Append(mebibyte);
        keccak.Finish().ToString().ShouldBe("0x5f313c39963dcf792b5470d4ade9f3a356a3e4021748690a958372e2b06f82a4");
    }

    [Fact]
    public void Agrees_with_the_plain_one_at_every_length_around_the_blocks()
    {
        var chance = new Chance(41);
        for (var length = 0; length < 420; length++)
        {
            var message = chance.Bytes(length);
            Keccak.Hash(message).ToArray().ShouldBe(PlainKeccak.Hash(message), $"{length} bytes");
        }
    }

    [Fact]
    public void A_message_in_pieces_hashes_as_a_whole_and_the_instance_starts_anew()
    {
        var chance = new Chance(42);
        var keccak = new Keccak();
        for (var i = 0; i < 300; i++)
        {
            var pieces = Enumerable.Range(0, chance.Below(6)).Select(_ => chance.Bytes(chance.Below(300))).ToArray();
            foreach (var piece in pieces)
                keccak.Append(piece);
            keccak.Finish().ShouldBe(Keccak.Hash(pieces.SelectMany(piece => piece).ToArray()));
        }
    }
}
