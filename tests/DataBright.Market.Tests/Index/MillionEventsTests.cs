using System.Diagnostics;
using DataBright.Ethereum;
using DataBright.Market.Index;

namespace DataBright.Market.Tests.Indexes;

/// <summary>Measures; run it with <c>-explicit only</c>. The bar is a million events in 60 s, and pages over them in 20 ms.</summary>
public sealed class MillionEventsTests : IDisposable
{
    private static readonly Address _token = Address.Parse("0x00000000000000000000000000000000000000dd");

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Explicit = true)]
    public void A_million_events_are_indexed()
    {
        const int blocks = 10_000, perBlock = 100, accounts = 20_000;
        var market = new MarketAddresses(1, 1, default, default, Datasets, Proposals, default, default, default, default, default, default);
        using var index = LedgerIndex.Open(_folder["index.db"], market);
        var random = new Random(1);
        var clock = Stopwatch.StartNew();
        var cursor = LogCursor.From(1);
        using var file = new IndexConnection(_folder["index.db"]);
        var tokens = new Dictionary<Address, ulong>();
        int entered = 0;
        for (int first = 1; first <= blocks; first += 1_000)
        {
            var logs = new List<Log>();
            for (int block = first; block < first + 1_000; block++)
                for (uint log = 0; log < perBlock; log += 2)
                {
                    // What is minted is moved on at once, so that it surely is there.
                    var holder = Account(random.Next(accounts));
                    logs.Add(Transfer((ulong)block, log, Address.Zero, holder, 1_000_000));
                    logs.Add(Transfer((ulong)block, log + 1, holder, Account(random.Next(accounts)), (ulong)random.Next(1_000_000)));
                }
            entered += logs.Count;
            var batch = new LogBatch((ulong)first, (ulong)first + 999, default, logs, cursor);
            file.Atomically(() =>
            {
                if (first == 1) Found(file);
                tokens[_token] = 1;
                index.Apply(file, batch, head: blocks, at: default, tokens);
            });
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{entered} events in {clock.Elapsed.TotalSeconds:0.0} s");

        var times = new List<double>();
        string? next = null;
        do
        {
            long begin = Stopwatch.GetTimestamp();
            var page = index.Shares.Holders(new DatasetId(1), new SliceRequest(50, next));
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            next = page.Next;
        }
        while (next is not null);
        for (int i = 0; i < 200; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            index.Datasets.List(new SliceRequest(50));
            index.Shares.HoldingsOf(Account(i));
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }
        times.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine($"{times.Count} pages: median {times[times.Count / 2]:0.00} ms, p99 {times[times.Count * 99 / 100]:0.00} ms");
        index.Datasets.Find(new DatasetId(1))!.Holders.ShouldBeGreaterThan(accounts / 2);
    }

    private static Address Datasets { get; } = Address.Parse("0x00000000000000000000000000000000000000d1");

    private static Address Proposals { get; } = Address.Parse("0x00000000000000000000000000000000000000d2");

    private static void Found(IndexConnection file) => file.Run(
        """
        INSERT INTO datasets (id, initiator, share_token, name, symbol, description, schema, held_out, policy, version_root, points, shards, supply,
            holders, revenue, claimed, block, at)
        VALUES (1, $1, $2, 'Digits', 'DIG', $3, $3, $3, '{}', $4, 0, 0, $5, 0, $5, $5, 1, 0)
        """,
        _token, _token, default(Learning.Digest), default(Hash32), UInt128.Zero);

    private static Log Transfer(ulong block, uint log, Address from, Address to, ulong units)
    {
        var value = new AbiWriter(1);
        value.Uint((Uint256)units, 256);
        Hash32[] topics = [Generated.Shares.Events.Transfer.Topic, Topic(from), Topic(to)];
        return new Log(_token, topics, value.ToArray(), block, default, default, 0, log, DateTimeOffset.UnixEpoch.AddSeconds(block));
    }

    private static Address Account(int i)
    {
        Span<byte> bytes = stackalloc byte[20];
        bytes.Clear();
        bytes[0] = 1;
        BitConverter.TryWriteBytes(bytes[8..], i);
        return new Address(bytes);
    }

    private static Hash32 Topic(Address address) => new([.. new byte[12], .. address.ToArray()]);
}
