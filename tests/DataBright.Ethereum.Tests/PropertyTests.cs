using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace DataBright.Ethereum.Tests;

/// <summary>Laws that hold for all values.</summary>
public sealed class PropertyTests
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261121, 7);

    private static readonly Arbitrary<Uint256> Numbers = Arb.From(
        from limbs in Gen.ArrayOf(Gen.Frequency((1, Gen.Constant(0UL)), (1, Gen.Constant(ulong.MaxValue)),
            (3, ArbMap.Default.GeneratorFor<ulong>())), 4)
        select new Uint256(limbs[0], limbs[1], limbs[2], limbs[3]));

    [Fact]
    public void Numbers_keep_their_order_and_their_differences() =>
        Prop.ForAll(Numbers, Numbers, (a, b) =>
        {
            var (low, high) = a < b ? (a, b) : (b, a);
            return low + (high - low) == high && (BigInteger)high - (BigInteger)low == (BigInteger)(high - low)
                && Uint256.Parse(a.ToString()) == a && new Uint256(a.ToHash32().AsSpan()) == a && (a == b) == (a.CompareTo(b) == 0);
        }).Check(Seeded);

    [Fact]
    public void Bytes_come_back_from_rlp_and_hexadecimal() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            var writer = new RlpWriter();
            writer.Write(bytes);
            return new RlpReader(writer.Written).Bytes().SequenceEqual(bytes) && Hex.Decode(Hex.Encode(bytes)).SequenceEqual(bytes);
        }).Check(Seeded);
}
