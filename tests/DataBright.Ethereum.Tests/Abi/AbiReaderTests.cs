using System.Text;

namespace DataBright.Ethereum.Tests.Abi;

public sealed class AbiReaderTests
{
    private const string Zero = "0000000000000000000000000000000000000000000000000000000000000000";
    private const string One = "0000000000000000000000000000000000000000000000000000000000000001";
    private const string Two = "0000000000000000000000000000000000000000000000000000000000000002";
    private const string Word = "0000000000000000000000000000000000000000000000000000000000000020";
    private const string Full = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

    [Fact]
    public void Values_come_back_in_the_order_and_shape_they_were_written()
    {
        var writer = new AbiWriter(new Selector(0xdeadbeef), 8);
        writer.Uint(7u, 64);
        writer.String("data, shared: ünïcode");
        writer.BeginArray(2, 2);
        writer.Address(Address.OfCreated(default, 1));
        writer.Bool(true);
        writer.Address(Address.Zero);
        writer.Bool(false);
        writer.End();
        writer.BeginTuple(2);
        writer.Bytes([1, 2, 3]);
        writer.Int(-5, 16);
        writer.End();
        writer.Hash32(Keccak.OfNothing);
        writer.FixedBytes([1, 2, 3, 4], 4);
        writer.Int(long.MinValue, 64);
        writer.Uint(UInt128.MaxValue, 128);
        var data = writer.ToArray();

        Selector.Of(data).ShouldBe(new Selector(0xdeadbeef));
        var reader = new AbiReader(data.AsMemory(4));
        reader.UInt64().ShouldBe(7UL);
        reader.String().ShouldBe("data, shared: ünïcode");
        reader.BeginArray(2).ShouldBe(2);
        reader.Address().ShouldBe(Address.OfCreated(default, 1));
        reader.Bool().ShouldBeTrue();
        reader.Address().ShouldBe(Address.Zero);
        reader.Bool().ShouldBeFalse();
        reader.End();
        reader.BeginTuple();
        reader.Bytes().ShouldBe([1, 2, 3]);
        reader.Int16().ShouldBe((short)-5);
        reader.End();
        reader.Hash32().ShouldBe(Keccak.OfNothing);
        reader.FixedBytes(4).ShouldBe([1, 2, 3, 4]);
        reader.Int64().ShouldBe(long.MinValue);
        reader.UInt128().ShouldBe(UInt128.MaxValue);
    }

    [Theory]
    [InlineData("bool", Two, "only 0 and 1")]
    [InlineData("bool", Full, "only 0 and 1")]
    [InlineData("uint8", "0000000000000000000000000000000000000000000000000000000000000100", "uint8 is 256")]
    [InlineData("int8", "0000000000000000000000000000000000000000000000000000000000000080", "int8 is 128")]
    [InlineData("int8", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "int8 is -129")]
    [InlineData("address", "0000000000000000000000010000000000000000000000000000000000000000", "outside its twenty bytes")]
    [InlineData("bytes4", "0000000001000000000000000000000000000000000000000000000000000000", "bytes4 has bits set")]
    [InlineData("uint256", "00", "ends after 1 bytes")]
    [InlineData("bytes", Full, "points outside")]
    [InlineData("bytes", Word, "ends after 32 bytes")]
    [InlineData("bytes", Word + Full, "claims")]
    [InlineData("bytes", Word + One, "the data has 0 more")]
    [InlineData("string", Word + "000000000000000000000000000000000000000000000000000000007fffffff", "claims")]
    [InlineData("uint256[]", Word + Full, "claims")]
    [InlineData("uint256[]", Word + Two + One, "room for 1")]
    [InlineData("uint256[2]", One, "ends after 32 bytes")]
    [InlineData("uint256[16777216]", One, "ends after 32 bytes")]
    [InlineData("(uint256,string)", "8000000000000000000000000000000000000000000000000000000000000000", "points outside")]
    public void Damage_is_refused_with_its_reason(string type, string data, string reason) =>
        Should.Throw<AbiException>(() => Ethereum.Abi.Decode([AbiType.Parse(type)], Hex.Decode(data))).Message.ShouldContain(reason);

    // Twelve words that claim two elements each, all pointing at the next word but one: 2^11 values without a bound.
    [Fact]
    public void A_short_message_cannot_unfold_into_a_long_one()
    {
        var depth = 20;
        var type = AbiType.Parse("uint256" + string.Concat(Enumerable.Repeat("[]", depth)));
        var bomb = new StringBuilder(Word);
        for (var i = 1; i < depth; i++)
            bomb.Append(Two).Append("0000000000000000000000000000000000000000000000000000000000000040")
                .Append("0000000000000000000000000000000000000000000000000000000000000040");
        bomb.Append(One).Append(One);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<AbiException>(() => Ethereum.Abi.Decode([type], Hex.Decode(bomb.ToString()))).Message.ShouldContain("overlap");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void Offsets_out_of_order_are_read_as_the_specification_lets_them()
    {
        // Two strings, the second one's content before the first one's.
        var data = "0000000000000000000000000000000000000000000000000000000000000080"
            + "0000000000000000000000000000000000000000000000000000000000000040"
            + One + "6200000000000000000000000000000000000000000000000000000000000000"
            + One + "6100000000000000000000000000000000000000000000000000000000000000";
        Ethereum.Abi.Decode([AbiType.String, AbiType.String], Hex.Decode(data)).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Bytes_that_are_no_text_do_not_make_the_rest_unreadable()
    {
        var writer = new AbiWriter(2);
        writer.Bytes([0xff, 0x61]);
        writer.Uint(9u);
        Ethereum.Abi.Decode([AbiType.String, AbiType.Uint(256)], writer.ToArray()).ShouldBe(["\ufffda", 9UL]);
    }

    [Fact]
    public void A_wrong_order_of_writing_is_noticed()
    {
        Should.Throw<InvalidOperationException>(() => new AbiWriter(1).ToArray()).Message.ShouldContain("never written");
        var full = new AbiWriter(1);
        full.Bool(true);
        Should.Throw<InvalidOperationException>(() => full.Bool(true)).Message.ShouldContain("more was written", Case.Insensitive);
        Should.Throw<InvalidOperationException>(full.End);
        var open = new AbiWriter(1);
        open.BeginArray(0, 1);
        Should.Throw<InvalidOperationException>(() => open.ToArray()).Message.ShouldContain("open");
        Should.Throw<InvalidOperationException>(() => new AbiReader(default).End());
    }

    [Fact]
    public void Values_that_do_not_suit_their_type_are_refused()
    {
        Refused("uint8", 256UL, "does not fit uint8");
        Refused("int8", 128L, "does not fit int8");
        Refused("uint256", -1L, "does not suit");
        Refused("int256", Uint256.MaxValue, "does not suit");
        Refused("bytes4", new byte[3], "takes 4 bytes");
        Refused("address", "0x", "does not suit");
        Refused("bool[2]", AbiValue.Of(true), "2 values are expected");
        Refused("(bool,bool)", AbiValue.Of(true, true, true), "2 values are expected");
        Refused("string", "\ud800", "surrogate");
        Should.Throw<AbiException>(() => Ethereum.Abi.Encode([AbiType.Bool], []));

        static void Refused(string type, AbiValue value, string reason) =>
            Should.Throw<AbiException>(() => Ethereum.Abi.Encode([AbiType.Parse(type)], [value])).Message.ShouldContain(reason);
    }

    [Fact]
    public void Constructor_arguments_follow_the_code()
    {
        var writer = new AbiWriter([0x60, 0x80], 1);
        writer.String("x");
        Hex.Encode(writer.ToArray()).ShouldBe("0x6080" + Word + One + "7800000000000000000000000000000000000000000000000000000000000000");
        Zero.Length.ShouldBe(64);
    }
}
