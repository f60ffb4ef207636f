using System.Numerics;
using System.Text.Json;
using DataBright.Ethereum.Tests.Peers;

namespace DataBright.Ethereum.Tests.Primitives;

public sealed class PrimitiveTests
{
    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    public void The_checksums_of_the_standard_hold(string address)
    {
        Address.Parse(address).ToString().ShouldBe(address);
        Address.Parse(address.ToLowerInvariant()).ToString().ShouldBe(address);
        Address.Parse("0x" + address[2..].ToUpperInvariant()).ToString().ShouldBe(address);
    }

    [Theory]
    [InlineData("0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "checksum")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", "no address")]
    [InlineData("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "no address")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg", "no address")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed00", "no address")]
    [InlineData("0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "no address")]
    [InlineData(" 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "no address")]
    [InlineData("", "no address")]
    [InlineData(null, "no address")]
    public void What_is_no_address_is_refused_with_its_reason(string? text, string reason)
    {
        Should.Throw<FormatException>(() => Address.Parse(text!)).Message.ShouldContain(reason);
        Address.TryParse(text, out var address).ShouldBeFalse();
        address.ShouldBe(Address.Zero);
    }

    /// <summary>By cast; numbers of one byte, of two, and those in which RLP changes its form.</summary>
    [Theory]
    [InlineData(0, "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d")]
    [InlineData(1, "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8")]
    [InlineData(127, "0x06d9a77f5E4b311Bae8D559DB9CDB4dF94104aA0")]
    [InlineData(128, "0x08e190dcB7b73F5fcDAbb43e102215c83659A76D")]
    [InlineData(256, "0x3837C1Ae70354f670550C746580199Ac6a73Cb0a")]
    [InlineData(70_000, "0xea79a6239Fef1923A52C1cAA590ac2b828a961bB")]
    public void A_contract_is_named_by_its_maker_and_the_number_of_the_transaction(ulong nonce, string contract) =>
        Address.Parse("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0").Creates(nonce).ShouldBe(Address.Parse(contract));

    [Fact]
    public void Addresses_and_hashes_keep_their_bytes_and_order()
    {
        var chance = new Chance(31);
        for (var i = 0; i < 100; i++)
        {
            var (a, b) = (chance.Bytes(20), chance.Bytes(20));
            new Address(a).ToArray().ShouldBe(a);
            (new Address(a) < new Address(b)).ShouldBe(new BigInteger(a, true, true) < new BigInteger(b, true, true));
            var (c, d) = (chance.Bytes(32), chance.Bytes(32));
            new Hash32(c).ToArray().ShouldBe(c);
            (new Hash32(c) < new Hash32(d)).ShouldBe(new BigInteger(c, true, true) < new BigInteger(d, true, true));
            Hash32.Parse(new Hash32(c).ToString()).ShouldBe(new Hash32(c));
        }
        Should.Throw<ArgumentException>(() => new Address(new byte[19]));
        Should.Throw<ArgumentException>(() => new Hash32(new byte[33]));
        Should.Throw<FormatException>(() => Hash32.Parse("0x00"));
    }

    [Fact]
    public void Arithmetic_agrees_with_big_integers_and_never_wraps()
    {
        var chance = new Chance(32);
        var limit = BigInteger.One << 256;
        for (var i = 0; i < 2000; i++)
        {
            var (a, b) = (chance.Number(256), chance.Number(256));
            var (x, y) = ((BigInteger)a, (BigInteger)b);
            Check(() => a + b, x + y);
            Check(() => a - b, x - y);
            Check(() => a * b, x * y);
            if (!b.IsZero)
            {
                Check(() => a / b, x / y);
                Check(() => a % b, x % y);
            }
            a.CompareTo(b).ShouldBe(x.CompareTo(y));
            a.BitLength.ShouldBe((int)x.GetBitLength());
            Uint256.Parse(a.ToString()).ShouldBe(a);
            Uint256.Parse(a.ToQuantity()).ShouldBe(a);
            new Uint256(a.ToHash32().AsSpan()).ShouldBe(a);
            a.ToString().ShouldBe(x.ToString());
        }

        void Check(Func<Uint256> ours, BigInteger expected)
        {
            if (expected.Sign < 0 || expected >= limit)
                Should.Throw<OverflowException>(() => ours());
            else
                ((BigInteger)ours()).ShouldBe(expected);
        }
    }

    [Fact]
    public void Signed_numbers_agree_with_big_integers()
    {
        var chance = new Chance(33);
        var half = BigInteger.One << 255;
        BigInteger[] edges = [-half, half - 1, -1, 0, 1, long.MinValue, long.MaxValue, -129, -128, 127, 128, (BigInteger)Int128.MinValue];
        var numbers = edges.Concat(Enumerable.Range(0, 200).Select(_ => (BigInteger)chance.Number(256) - half)).ToArray();
        foreach (var number in numbers)
        {
            var ours = (Int256)number;
            ((BigInteger)ours).ShouldBe(number);
            Int256.Parse(ours.ToString()).ShouldBe(ours);
            ours.BitLength.ShouldBe((int)number.GetBitLength() + 1);
            ours.IsNegative.ShouldBe(number.Sign < 0);
            if (number >= long.MinValue && number <= long.MaxValue)
                ((Int256)(long)number).ShouldBe(ours);
            else
                Should.Throw<OverflowException>(() => (long)ours);
            foreach (var other in edges)
                ours.CompareTo((Int256)other).ShouldBe(number.CompareTo(other));
        }
        Should.Throw<OverflowException>(() => (Int256)half);
        Should.Throw<OverflowException>(() => Int256.Parse(half.ToString()));
        Should.Throw<FormatException>(() => Int256.Parse("1-"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("0xg")]
    [InlineData(" 1")]
    [InlineData(null)]
    public void What_is_no_number_is_refused(string? text) => Should.Throw<FormatException>(() => Uint256.Parse(text!));

    [Fact]
    public void Numbers_beyond_the_range_are_refused_at_once()
    {
        Should.Throw<OverflowException>(() => Uint256.Parse((BigInteger.One << 256).ToString()));
        Should.Throw<OverflowException>(() => Uint256.Parse("0x1" + new string('0', 64)));
        Should.Throw<OverflowException>(() => Uint256.Parse(new string('9', 1_000_000)));
        Uint256.Parse("0x" + new string('0', 1000) + "1").ShouldBe(Uint256.One);
        Should.Throw<OverflowException>(() => (ulong)(Uint256)(UInt128.One << 64));
        Should.Throw<OverflowException>(() => (UInt128)Uint256.MaxValue);
    }

    [Theory]
    [InlineData("0x", 0)]
    [InlineData("", 0)]
    [InlineData("0xAb", 1)]
    [InlineData("ab01", 2)]
    public void Hexadecimal_text_is_read_in_either_case(string text, int length) => Hex.Decode(text).Length.ShouldBe(length);

    [Theory]
    [InlineData("0x1")]
    [InlineData("0xzz")]
    [InlineData("0x0x")]
    [InlineData("0x 1")]
    public void What_is_not_hexadecimal_is_refused(string text)
    {
        Should.Throw<FormatException>(() => Hex.Decode(text));
        Hex.TryDecode(text, out byte[]? bytes).ShouldBeFalse();
        bytes.ShouldBeNull();
    }

    [Fact]
    public void Values_pass_through_json_as_text()
    {
        var facts =
            new Dictionary<Address, Facts> { [Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")] = new(Keccak.OfNothing, 7u) };
        var json = JsonSerializer.Serialize(facts);
        json.ShouldBe(
            """{"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed":{"Hash":"0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470","Amount":"7"}}""");
        JsonSerializer.Deserialize<Dictionary<Address, Facts>>(json).ShouldBe(facts);
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Facts>("""{"Hash":"0x","Amount":"1"}"""));
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Facts>("""{"Amount":7}"""));
    }

    private sealed record Facts(Hash32 Hash, Uint256 Amount);
}
