using System.Buffers.Binary;
using DataBright.Ethereum;
using DataBright.Storage;
using DataBright.Storage.Sql;

namespace DataBright.Market;

/// <summary>How the market's values are kept in a database.</summary>
/// <remarks>
/// An id above 2^63 - 1 is stored as the negative number of the same bits, so that it is itself again when it is read and nothing else is
/// found by it; a plain number above is refused. Amounts are 16 bytes, big-endian, so that they compare as numbers; hashes and addresses
/// are text, so that people can read them.
/// </remarks>
public static class LedgerColumns
{
    public static object Stored(object value) => value switch
    {
        UInt128 amount => Bytes(amount),
        Money money => Bytes(money.Units),
        ShareAmount shares => Bytes(shares.Units),
        Uint256 number => Bytes((UInt128)number),
        Ethereum.Address or Hash32 or DataBright.Digest => value.ToString()!,
        // A zero character would end the text in the undo log.
        string text => text.Replace('\0', '\uFFFD'),
        ILedgerId id => (long)id.Value,
        _ => SqlValues.Stored(value),
    };

    /// <summary>An amount; zero where there is none.</summary>
    public static UInt128 Amount(this SqlSession session, string sql, params ReadOnlySpan<object?> values) =>
        session.Bytes(sql, values) is { } bytes ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : 0;

    public static ulong Block(this SqlRow row) => (ulong)row.Long();

    public static UInt128 Amount(this SqlRow row) => BinaryPrimitives.ReadUInt128BigEndian(row.Bytes());

    public static Money Money(this SqlRow row) => new(row.Amount());

    public static ShareAmount Shares(this SqlRow row) => new(row.Amount());

    /// <remarks>The checksum that people need against mistyped digits is a hash for each address. This program wrote the text, so it is
    /// left alone.</remarks>
    /// <exception cref="FormatException">The text is no address.</exception>
    public static Address Address(this SqlRow row)
    {
        Span<byte> bytes = stackalloc byte[Ethereum.Address.Size];
        return Hex.TryDecode(row.Text(), bytes)
            ? new Address(bytes) : throw new FormatException("A database has a text that is no address where one stands.");
    }

    /// <summary>Words of a stranger, as they may be shown.</summary>
    public static string Words(this SqlRow row) => PlainText.ShownLines(row.Text());

    public static Hash32 Hash(this SqlRow row) => Hash32.Parse(row.Text());

    public static DataBright.Digest Digest(this SqlRow row) => DataBright.Digest.Parse(row.Text());

    public static TId Id<TId>(this SqlRow row) where TId : struct, ILedgerId<TId> => TId.From(row.Block());

    /// <summary>A CID that a stranger wrote into an event; null where the bytes are none.</summary>
    public static Cid? Cid(this SqlRow row)
    {
        var bytes = row.OrNull(row.Bytes);
        return bytes is null ? null : Storage.Cid.Find(bytes);
    }

    private static byte[] Bytes(UInt128 amount)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, amount);
        return bytes;
    }
}
