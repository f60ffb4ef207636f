using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage.Sql;

namespace DataBright.Market.Workers;

/// <summary>A worker with its record.</summary>
/// <param name="Registered">False once it has left with its stake.</param>
/// <param name="EncryptionKey">To which shards are encrypted; null where what it registered is no point of the curve.</param>
/// <param name="Earned">Pay it has claimed.</param>
/// <param name="Slashed">What convictions took.</param>
/// <param name="Jobs">Settled jobs to whose result it agreed.</param>
public sealed record IndexedWorker(
    Address Address, bool Registered, Money Stake, Money MinimumFee, PublicKey? EncryptionKey, Digest Capabilities, DateTimeOffset? ExitAt,
    Money Earned, Money Slashed, int Jobs, int Convictions, DateTimeOffset RegisteredAt);

/// <summary>Workers in the index.</summary>
public sealed class WorkerIndex
{
    private const string Columns = """
        number, address, registered, stake, minimum_fee, encryption_key, capabilities, exit_at, earned, slashed, jobs, convictions, at
        """;

    private readonly IndexFile _file;

    internal WorkerIndex(IndexFile file) => _file = file;

    public IndexedWorker? Find(Address worker) =>
        _file.Read(index => index.First($"SELECT {Columns} FROM workers WHERE address = $1", Read, worker))?.Worker;

    /// <summary>All who ever registered, in the order they first did.</summary>
    public Slice<IndexedWorker> List(SliceRequest request)
    {
        var read = _file.Read(index => index.List(
            $"SELECT {Columns} FROM workers WHERE number > $1 ORDER BY number LIMIT $2", Read, request.NumberOr(0), request.Limit + 1));
        var cut = request.Cut(read, row => $"{row.Number}");
        return new Slice<IndexedWorker>([.. cut.Items.Select(row => row.Worker)], cut.Next);
    }

    /// <summary>Workers that are registered and not leaving, in the order they first registered.</summary>
    public IReadOnlyList<IndexedWorker> Active() => _file.Read(index => index.List(
        $"SELECT {Columns} FROM workers WHERE registered = 1 AND exit_at IS NULL ORDER BY number", row => Read(row).Worker));

    private static NumberedWorker Read(SqlRow row) => new(row.Long(), new IndexedWorker(
        row.Address(), row.Bool(), row.Money(), row.Money(), KeyIn(row), row.Digest(), row.OrNone(row.Time), row.Money(),
        row.Money(), row.Int(),
        row.Int(), row.Time()));

    private static PublicKey? KeyIn(SqlRow row)
    {
        try
        {
            return PublicKey.Parse(row.Bytes());
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private sealed record NumberedWorker(long Number, IndexedWorker Worker);
}
