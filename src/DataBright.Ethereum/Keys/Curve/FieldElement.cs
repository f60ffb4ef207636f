using System.Buffers.Binary;

namespace DataBright.Ethereum;

/// <summary>
/// A number modulo p = 2²⁵⁶ − 2³² − 977, the field of secp256k1, always fully reduced, least significant limb first.
/// </summary>
/// <remarks>
/// Addition, multiplication and inversion take the same steps whatever the numbers are. The point arithmetic built on
/// top does not, and is used on public data only.
/// </remarks>
internal readonly record struct FieldElement(ulong L0, ulong L1, ulong L2, ulong L3)
{
    // 2^256 is this modulo p.
    private const ulong Fold = 0x1000003D1;
    private const ulong P0 = 0xFFFFFFFEFFFFFC2F;

    public static FieldElement Zero => default;

    public static FieldElement One => new(1, 0, 0, 0);

    public bool IsZero => (L0 | L1 | L2 | L3) == 0;

    public bool IsOdd => (L0 & 1) != 0;

    /// <summary>Takes 32 big-endian bytes; false where they are p or more.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FieldElement element)
    {
        element = new FieldElement(
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt64BigEndian(bytes));
        return (element.L1 & element.L2 & element.L3) != ulong.MaxValue || element.L0 < P0;
    }

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, L3);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], L2);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], L1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], L0);
    }

    public static FieldElement operator +(FieldElement a, FieldElement b)
    {
        ulong carry = 0;
        var r0 = Add(a.L0, b.L0, ref carry);
        var r1 = Add(a.L1, b.L1, ref carry);
        var r2 = Add(a.L2, b.L2, ref carry);
        var r3 = Add(a.L3, b.L3, ref carry);
        return Reduced(r0, r1, r2, r3, carry);
    }

    public static FieldElement operator -(FieldElement a, FieldElement b)
    {
        ulong borrow = 0;
        var r0 = Subtract(a.L0, b.L0, ref borrow);
        var r1 = Subtract(a.L1, b.L1, ref borrow);
        var r2 = Subtract(a.L2, b.L2, ref borrow);
        var r3 = Subtract(a.L3, b.L3, ref borrow);
        // A borrow means 2^256 too much, which is Fold too much once p has been added back.
        var excess = Fold & (0 - borrow);
        borrow = 0;
        r0 = Subtract(r0, excess, ref borrow);
        r1 = Subtract(r1, 0, ref borrow);
        r2 = Subtract(r2, 0, ref borrow);
        r3 = Subtract(r3, 0, ref borrow);
        return new FieldElement(r0, r1, r2, r3);
    }

    public static FieldElement operator -(FieldElement a) => Zero - a;

    public static FieldElement operator *(FieldElement a, FieldElement b)
    {
        ulong carry;
        var t0 = Math.BigMul(a.L0, b.L0, out var low);
        carry = t0;
        t0 = low;
        var t1 = MultiplyAdd(a.L0, b.L1, 0, ref carry);
        var t2 = MultiplyAdd(a.L0, b.L2, 0, ref carry);
        var t3 = MultiplyAdd(a.L0, b.L3, 0, ref carry);
        var t4 = carry;

        carry = 0;
        t1 = MultiplyAdd(a.L1, b.L0, t1, ref carry);
        t2 = MultiplyAdd(a.L1, b.L1, t2, ref carry);
        t3 = MultiplyAdd(a.L1, b.L2, t3, ref carry);
        t4 = MultiplyAdd(a.L1, b.L3, t4, ref carry);
        var t5 = carry;

        carry = 0;
        t2 = MultiplyAdd(a.L2, b.L0, t2, ref carry);
        t3 = MultiplyAdd(a.L2, b.L1, t3, ref carry);
        t4 = MultiplyAdd(a.L2, b.L2, t4, ref carry);
        t5 = MultiplyAdd(a.L2, b.L3, t5, ref carry);
        var t6 = carry;

        carry = 0;
        t3 = MultiplyAdd(a.L3, b.L0, t3, ref carry);
        t4 = MultiplyAdd(a.L3, b.L1, t4, ref carry);
        t5 = MultiplyAdd(a.L3, b.L2, t5, ref carry);
        t6 = MultiplyAdd(a.L3, b.L3, t6, ref carry);
        var t7 = carry;

        // The upper half is worth Fold times itself; what that carries out, Fold times itself again.
        carry = 0;
        t0 = MultiplyAdd(t4, Fold, t0, ref carry);
        t1 = MultiplyAdd(t5, Fold, t1, ref carry);
        t2 = MultiplyAdd(t6, Fold, t2, ref carry);
        t3 = MultiplyAdd(t7, Fold, t3, ref carry);
        var over = carry;
        carry = 0;
        t0 = MultiplyAdd(over, Fold, t0, ref carry);
        t1 = Add(t1, 0, ref carry);
        t2 = Add(t2, 0, ref carry);
        t3 = Add(t3, 0, ref carry);
        return Reduced(t0, t1, t2, t3, carry);
    }

    public FieldElement Square() => this * this;

    /// <summary>The inverse by Fermat's little theorem; zero gives zero.</summary>
    public FieldElement Inverse()
    {
        var (x2, x22, x223) = Ladder();
        return (Squared(Squared(Squared(x223, 23) * x22, 5) * this, 3) * x2).SquaredTwiceTimes(this);
    }

    /// <summary>A square root, if there is one: the caller squares it to see. p is 3 modulo 4.</summary>
    public FieldElement SquareRoot()
    {
        var (x2, x22, x223) = Ladder();
        return Squared(Squared(Squared(x223, 23) * x22, 6) * x2, 2);
    }

    private FieldElement SquaredTwiceTimes(FieldElement factor) => Squared(this, 2) * factor;

    // Powers with 2, 22 and 223 one-bits, which both exponents (p − 2 and (p + 1)/4) begin with.
    private (FieldElement X2, FieldElement X22, FieldElement X223) Ladder()
    {
        var x2 = Square() * this;
        var x3 = x2.Square() * this;
        var x6 = Squared(x3, 3) * x3;
        var x9 = Squared(x6, 3) * x3;
        var x11 = Squared(x9, 2) * x2;
        var x22 = Squared(x11, 11) * x11;
        var x44 = Squared(x22, 22) * x22;
        var x88 = Squared(x44, 44) * x44;
        var x176 = Squared(x88, 88) * x88;
        var x220 = Squared(x176, 44) * x44;
        return (x2, x22, Squared(x220, 3) * x3);
    }

    private static FieldElement Squared(FieldElement element, int times)
    {
        for (; times > 0; times--)
            element = element.Square();
        return element;
    }

    // Takes p away once where the number, with carry standing for 2^256, is p or more.
    private static FieldElement Reduced(ulong r0, ulong r1, ulong r2, ulong r3, ulong carry)
    {
        ulong up = 0;
        var s0 = Add(r0, Fold, ref up);
        var s1 = Add(r1, 0, ref up);
        var s2 = Add(r2, 0, ref up);
        var s3 = Add(r3, 0, ref up);
        var mask = 0 - (up | carry);
        return new FieldElement(
            r0 ^ ((r0 ^ s0) & mask), r1 ^ ((r1 ^ s1) & mask), r2 ^ ((r2 ^ s2) & mask), r3 ^ ((r3 ^ s3) & mask));
    }

    private static ulong Add(ulong a, ulong b, ref ulong carry)
    {
        var sum = a + b;
        var over = sum < a ? 1UL : 0UL;
        var total = sum + carry;
        carry = over | (total < sum ? 1UL : 0UL);
        return total;
    }

    private static ulong Subtract(ulong a, ulong b, ref ulong borrow)
    {
        var difference = a - b;
        var under = a < b ? 1UL : 0UL;
        var total = difference - borrow;
        borrow = under | (difference < borrow ? 1UL : 0UL);
        return total;
    }

    private static ulong MultiplyAdd(ulong a, ulong b, ulong c, ref ulong carry)
    {
        var high = Math.BigMul(a, b, out var low);
        low += c;
        high += low < c ? 1UL : 0UL;
        low += carry;
        high += low < carry ? 1UL : 0UL;
        carry = high;
        return low;
    }
}
