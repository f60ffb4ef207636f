using System.Buffers.Binary;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Market.Sql;
using DataBright.Market.Storage;

namespace DataBright.Market;

/// <summary>How the market's values are kept in a database.</summary>
/// <remarks>Amounts are 16 bytes, big-endian, so that they compare as numbers; hashes and addresses are text, so that people can read them.</remarks>
internal static class LedgerColumns
{
    public static object Stored(object value) => value switch
    {
        UInt128 amount => Bytes(amount),
        Money money => Bytes(money.Units),
        ShareAmount shares => Bytes(shares.Units),
        Uint256 number => Bytes((UInt128)number),
        Ethereum.Address or Hash32 or Learning.Digest => value.ToString()!,
        // A zero character would end the text in the undo log.
        string text => text.Replace('\0', '\uFFFD'),
        DatasetId dataset => checked((long)dataset.Value),
        ProposalId proposal => checked((long)proposal.Value),
        ModelId model => checked((long)model.Value),
        JobId job => checked((long)job.Value),
        ChannelId channel => checked((long)channel.Value),
        RequestId request => checked((long)request.Value),
        _ => SqlValues.Stored(value),
    };

    /// <summary>An amount; zero where there is none.</summary>
    public static UInt128 Amount(this SqlSession session, string sql, params ReadOnlySpan<object?> values) =>
        session.Bytes(sql, values) is { } bytes ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : 0;

    public static ulong Block(this SqlRow row) => (ulong)row.Long();

    public static UInt128 Amount(this SqlRow row) => BinaryPrimitives.ReadUInt128BigEndian(row.Bytes());

    public static Money Money(this SqlRow row) => new(row.Amount());

    public static ShareAmount Shares(this SqlRow row) => new(row.Amount());

    public static Address Address(this SqlRow row) => Ethereum.Address.Parse(row.Text());

    public static Hash32 Hash(this SqlRow row) => Hash32.Parse(row.Text());

    public static Digest Digest(this SqlRow row) => Learning.Digest.Parse(row.Text());

    public static TId Id<TId>(this SqlRow row) where TId : struct, ILedgerId<TId> => TId.From(row.Block());

    /// <summary>A CID that a stranger wrote into an event; null where the bytes are none.</summary>
    public static Cid? Cid(this SqlRow row)
    {
        var bytes = row.OrNull(row.Bytes);
        try
        {
            return bytes is null ? null : Storage.Cid.FromBytes(bytes);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static byte[] Bytes(UInt128 amount)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, amount);
        return bytes;
    }
}
