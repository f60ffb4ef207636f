using System.Buffers.Binary;
using System.Security.Cryptography;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Predictions;

namespace DataBright.Serving;

/// <summary>
/// Every voucher that was taken, in one file that only grows; written before the answer leaves, so that no kill makes a worker forget
/// what it was paid. A record that a kill cut short is dropped when the file is opened.
/// </summary>
internal sealed class VoucherJournal : IDisposable
{
    private const int Body = 8 + 16 + 16 + Signature.Size + Hash32.Size;
    private const int Check = 4;
    private const int Record = Body + Check;

    private readonly FileStream _file;
    private long _end;

    private VoucherJournal(FileStream file, long end) => (_file, _end) = (file, end);

    /// <param name="path">The file; it is made if it is not there.</param>
    /// <param name="restore">Told every voucher in it, oldest first.</param>
    /// <exception cref="IOException">The file is in use, or cannot be read.</exception>
    public static VoucherJournal Open(string path, Action<TakenVoucher> restore)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        try
        {
            // A record in the middle that is damaged takes none of those behind it along: they are worth money, each by itself.
            Span<byte> record = stackalloc byte[Record];
            for (var end = file.Length - file.Length % Record; file.Position < end;)
            {
                file.ReadExactly(record);
                if (Sum(record[..Body]) == BinaryPrimitives.ReadUInt32BigEndian(record[Body..])) Restore(record, restore);
            }

            var journal = new VoucherJournal(file, file.Position);
            journal.Trim();
            return journal;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes them all, in one go.</summary>
    /// <exception cref="IOException">They could not be written, none of them; they may be tried again.</exception>
    public void Append(IReadOnlyList<TakenVoucher> taken)
    {
        if (taken.Count == 0) return;
        var bytes = new byte[taken.Count * Record];
        for (var i = 0; i < taken.Count; i++) Write(bytes.AsSpan(i * Record, Record), taken[i]);
        // What a full disk left of an earlier attempt would put everything behind it out of step.
        Trim();
        RandomAccess.Write(_file.SafeFileHandle, bytes, _end);
        _end += bytes.Length;
    }

    private void Trim()
    {
        if (RandomAccess.GetLength(_file.SafeFileHandle) != _end) RandomAccess.SetLength(_file.SafeFileHandle, _end);
    }

    private static void Restore(ReadOnlySpan<byte> record, Action<TakenVoucher> restore)
    {
        TakenVoucher taken;
        try
        {
            taken = Read(record);
        }
        catch (Exception fault) when (fault.IsUnreadable())
        {
            // Its sum is right and its signature is none: nobody can settle it.
            return;
        }

        restore(taken);
    }

    public void Dispose() => _file.Dispose();

    private static void Write(Span<byte> record, TakenVoucher taken)
    {
        BinaryPrimitives.WriteUInt64BigEndian(record, taken.Voucher.Statement.Channel.Value);
        BinaryPrimitives.WriteUInt128BigEndian(record[8..], taken.Voucher.Statement.Cumulative.Units);
        BinaryPrimitives.WriteUInt128BigEndian(record[24..], taken.Price.Units);
        taken.Voucher.Signature.ToBytes().CopyTo(record[40..]);
        taken.Inputs.CopyTo(record[(40 + Signature.Size)..]);
        BinaryPrimitives.WriteUInt32BigEndian(record[Body..], Sum(record[..Body]));
    }

    private static TakenVoucher Read(ReadOnlySpan<byte> record) => new(
        new Signed<Voucher>(
            new Voucher(new ChannelId(BinaryPrimitives.ReadUInt64BigEndian(record)),
                new Money(BinaryPrimitives.ReadUInt128BigEndian(record[8..]))),
            Signature.FromBytes(record.Slice(40, Signature.Size))),
        new Hash32(record.Slice(40 + Signature.Size, Hash32.Size)),
        new Money(BinaryPrimitives.ReadUInt128BigEndian(record[24..])));

    private static uint Sum(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash);
    }
}
