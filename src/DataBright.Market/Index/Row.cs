using System.Buffers.Binary;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Market.Storage;
using Microsoft.Data.Sqlite;

namespace DataBright.Market.Index;

/// <summary>A row of a query, read from left to right.</summary>
internal sealed class Row(SqliteDataReader reader)
{
    private int _column;

    public string Text() => reader.GetString(_column++);

    public long Long() => reader.GetInt64(_column++);

    public int Int() => checked((int)Long());

    public bool Bool() => Long() != 0;

    public ulong Block() => (ulong)Long();

    public byte[] Bytes() => reader.GetFieldValue<byte[]>(_column++);

    public UInt128 Amount() => BinaryPrimitives.ReadUInt128BigEndian(Bytes());

    public Money Money() => new(Amount());

    public ShareAmount Shares() => new(Amount());

    public Address Address() => Ethereum.Address.Parse(Text());

    public Hash32 Hash() => Hash32.Parse(Text());

    public Digest Digest() => Learning.Digest.Parse(Text());

    public DateTimeOffset Time() => DateTimeOffset.FromUnixTimeSeconds(Long());

    public TId Id<TId>() where TId : struct, ILedgerId<TId> => TId.From(Block());

    /// <summary>A CID that a stranger wrote into an event; null where the bytes are none.</summary>
    public Cid? Cid()
    {
        var bytes = OrNull(() => Bytes());
        try
        {
            return bytes is null ? null : Storage.Cid.FromBytes(bytes);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Reads a column that may be empty.</summary>
    public T? OrNull<T>(Func<T> read) where T : class
    {
        if (!reader.IsDBNull(_column)) return read();
        _column++;
        return null;
    }

    /// <inheritdoc cref="OrNull{T}(Func{T})"/>
    public T? OrNone<T>(Func<T> read) where T : struct
    {
        if (!reader.IsDBNull(_column)) return read();
        _column++;
        return null;
    }
}
