using System.Diagnostics;
using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage.Sql;

namespace DataBright.Market;

/// <summary>How fast the index takes events in, and how fast pages come out of it.</summary>
/// <param name="Events">How many events were entered.</param>
/// <param name="Seconds">How long that took.</param>
/// <param name="Pages">How many pages were read then.</param>
/// <param name="MedianMilliseconds">Of a page.</param>
/// <param name="P99Milliseconds">99 of 100 pages took no longer.</param>
public sealed record IndexBench(int Events, double Seconds, int Pages, double MedianMilliseconds, double P99Milliseconds)
{
    private const int PerBlock = 100;
    private const int BlocksAtOnce = 1_000;
    private const int Accounts = 20_000;
    private const int OtherPages = 200;

    private static readonly Address Token = Address.Parse("0x00000000000000000000000000000000000000dd");
    private static readonly Address Datasets = Address.Parse("0x00000000000000000000000000000000000000d1");

    /// <summary>Enters share transfers, a batch of a thousand blocks at a time as the follower does, then reads pages over them.</summary>
    /// <param name="path">A file that is not there yet.</param>
    /// <param name="blocks">A hundred events each.</param>
    /// <param name="report">Told how far it is.</param>
    /// <param name="stop">Cancels.</param>
    public static IndexBench Measure(string path, int blocks, Action<string> report, CancellationToken stop)
    {
        var market = MarketWords.AddressesAt(1, 1, (_, contract) => contract == "Datasets" ? Datasets : default);
        using var index = LedgerIndex.Open(path, market);
        using var file = new SqlSession(path, IndexSchema.Of(LedgerIndex.Projections));
        var begun = Stopwatch.GetTimestamp();
        var entered = Enter(index, file, blocks, report, stop);
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var times = Read(index);
        return new IndexBench(entered, seconds, times.Count, times[times.Count / 2], times[times.Count * 99 / 100]);
    }

    private static int Enter(LedgerIndex index, SqlSession file, int blocks, Action<string> report, CancellationToken stop)
    {
        var random = new Random(1);
        var tokens = new Dictionary<Address, ulong>();
        var entered = 0;
        for (int first = 1; first <= blocks; first += BlocksAtOnce)
        {
            stop.ThrowIfCancellationRequested();
            var logs = Logs(first, random);
            var batch = new LogBatch((ulong)first, (ulong)(first + BlocksAtOnce - 1), default, logs, LogCursor.From(1));
            file.Atomically(() =>
            {
                if (first == 1) Found(file);
                tokens[Token] = 1;
                index.Apply(file, batch, head: (ulong)blocks, at: default, tokens);
            });
            entered += logs.Count;
            report($"{entered} events");
        }

        return entered;
    }

    private static List<Log> Logs(int first, Random random)
    {
        var logs = new List<Log>();
        for (int block = first; block < first + BlocksAtOnce; block++)
            for (uint log = 0; log < PerBlock; log += 2)
            {
                // What is minted is moved on at once, so that it surely is there.
                var holder = Account(random.Next(Accounts));
                logs.Add(Transfer((ulong)block, log, Address.Zero, holder, 1_000_000));
                logs.Add(Transfer((ulong)block, log + 1, holder, Account(random.Next(Accounts)), (ulong)random.Next(1_000_000)));
            }

        return logs;
    }

    private static List<double> Read(LedgerIndex index)
    {
        var times = new List<double>();
        string? next = null;
        do
        {
            next = Time(() => index.Shares.Holders(new DatasetId(1), new SliceRequest(50, next)).Next);
        }
        while (next is not null);
        for (int i = 0; i < OtherPages; i++)
            Time(() => (index.Datasets.List(new SliceRequest(50)), index.Shares.HoldingsOf(Account(i))));
        times.Sort();
        return times;

        T Time<T>(Func<T> read)
        {
            var begun = Stopwatch.GetTimestamp();
            var page = read();
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            return page;
        }
    }

    private static void Found(SqlSession file) => file.Run(
        """
        INSERT INTO datasets (id, initiator, share_token, name, symbol, description, schema, held_out, measurement, policy, version_root, points, shards, supply,
            holders, revenue, claimed, block, at)
        VALUES (1, $1, $2, 'Digits', 'DIG', $3, $3, $3, $3, '{}', $4, 0, 0, $5, 0, $5, $5, 1, 0)
        """,
        Token, Token, default(Digest), default(Hash32), UInt128.Zero);

    private static Log Transfer(ulong block, uint log, Address from, Address to, ulong units)
    {
        var value = new AbiWriter(1);
        value.Uint((Uint256)units, 256);
        Hash32[] topics = [Generated.Shares.Events.Transfer.Topic, from.ToTopic(), to.ToTopic()];
        return new Log(Token, topics, value.ToArray(), block, default, default, 0, log, ChainTime.From((ulong)block));
    }

    private static Address Account(int i)
    {
        Span<byte> bytes = stackalloc byte[20];
        bytes.Clear();
        bytes[0] = 1;
        BitConverter.TryWriteBytes(bytes[8..], i);
        return new Address(bytes);
    }
}
