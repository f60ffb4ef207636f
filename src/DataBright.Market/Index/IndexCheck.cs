using DataBright.Ethereum;

namespace DataBright.Market.Index;

/// <summary>What a comparison of the index with the chain's receipts found.</summary>
/// <param name="From">The first block that was looked at.</param>
/// <param name="To">The last: how far the index had been read.</param>
/// <param name="Hash">The last block's hash.</param>
/// <param name="Events">Events that the receipts have.</param>
/// <param name="Missing">What the receipts say and the index lacks, a row each.</param>
/// <param name="Odd">What the index says and the receipts do not, a row each.</param>
public sealed record IndexFindings(ulong From, ulong To, Hash32 Hash, int Events, IReadOnlyList<string> Missing, IReadOnlyList<string> Odd)
{
    /// <summary>Whether the index says what the receipts say.</summary>
    public bool Holds => Missing.Count == 0 && Odd.Count == 0;
}

/// <summary>
/// Compares an index with the receipts of all transactions since the market's first block: logs by another way than the one that filled it.
/// A second index is made of them beside the first, and thrown away.
/// </summary>
/// <param name="client">The chain.</param>
/// <param name="market">The market.</param>
/// <param name="scratch">The second index's file.</param>
/// <param name="open">Opens an index that is made like the first.</param>
internal sealed class IndexCheck(EthereumClient client, MarketAddresses market, string scratch, Func<string, IndexEngine> open)
{
    private const int BlocksAtOnce = 100;

    private bool _byBlock = true;

    /// <param name="position">How far the index was read.</param>
    /// <param name="contents">What it says.</param>
    /// <param name="report">Told the block that was read last.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="ChainException">The chain does not answer, or has taken back what was read.</exception>
    public async Task<IndexFindings> CompareAsync(IndexPosition position, IReadOnlyList<string> contents, Action<ulong> report,
        CancellationToken stop)
    {
        if (position.Block is not { } last)
            return new IndexFindings(market.FirstBlock, market.FirstBlock, Hash32.Zero, 0, [], []);
        Forget();
        try
        {
            using var second = open(scratch);
            var (events, parent) = (0, (Hash32?)null);
            for (var from = market.FirstBlock; from <= last; from += BlocksAtOnce)
            {
                var blocks = await BlocksAsync(from, Math.Min(last, from + BlocksAtOnce - 1), parent, stop);
                var logs = await LogsAsync(blocks, stop);
                second.Enter(new LogBatch(from, blocks[^1].Number, blocks[^1].Hash, logs, LogCursor.From(market.FirstBlock)),
                    blocks[^1].Timestamp);
                (events, parent) = (events + second.Count(logs), blocks[^1].Hash);
                report(blocks[^1].Number);
            }
            if (parent != position.Hash) throw TakenBack(last);
            var (here, there) = (Counted(contents), Counted(second.Contents()));
            return new IndexFindings(market.FirstBlock, last, position.Hash, events, Beyond(there, here), Beyond(here, there));
        }
        finally
        {
            Forget();
        }
    }

    /// <summary>What a killed process left is no part of this comparison.</summary>
    private void Forget()
    {
        foreach (var file in (string[])[scratch, scratch + "-wal", scratch + "-shm"]) File.Delete(file);
    }

    private async Task<IReadOnlyList<Block>> BlocksAsync(ulong from, ulong to, Hash32? parent, CancellationToken stop)
    {
        var blocks = await client.BlocksAsync([.. Enumerable.Range(0, (int)(to - from + 1)).Select(i => from + (ulong)i)], stop);
        var known = new List<Block>(blocks.Count);
        foreach (var block in blocks)
        {
            if (block is null || (parent is { } before && block.ParentHash != before)) throw TakenBack(from + (ulong)known.Count);
            known.Add(block);
            parent = block.Hash;
        }
        return known;
    }

    private async Task<IReadOnlyList<Log>> LogsAsync(IReadOnlyList<Block> blocks, CancellationToken stop)
    {
        var busy = blocks.Where(block => block.Transactions.Count > 0).ToList();
        var byBlock = _byBlock && busy.Count > 0 ? await client.BlockReceiptsAsync(busy, stop) : null;
        if (byBlock is null && busy.Count > 0) _byBlock = false;
        var logs = new List<Log>();
        foreach (var (block, i) in busy.Select((block, i) => (block, i)))
        {
            // What is offered by the block and is not complete is asked for one by one.
            var receipts = byBlock?[i] is { } whole && whole.Count >= block.Transactions.Count
                ? whole : (await client.ReceiptsAsync(block.Transactions, stop)).OfType<Receipt>().ToList();
            if (receipts.Count < block.Transactions.Count || receipts.Any(receipt => receipt.BlockHash != block.Hash))
                throw TakenBack(block.Number);
            logs.AddRange(receipts.SelectMany(receipt => receipt.Logs).OrderBy(log => log.Index)
                .Select(log => log with { BlockTimestamp = block.Timestamp }));
        }
        return logs;
    }

    private ChainException TakenBack(ulong block) =>
        new(ChainFault.Behind, client.Rpc.Url, $"does not show block {block} and its receipts as the index has read them",
        "The chain may have taken blocks back, or one of its nodes be behind: bring the index up to date (databright dataset list) and try "
        + "again.");

    private static Dictionary<string, int> Counted(IEnumerable<string> rows) =>
        rows.GroupBy(row => row, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Count(), StringComparer.Ordinal);

    private static List<string> Beyond(Dictionary<string, int> some, Dictionary<string, int> others) =>
        [.. some.SelectMany(row => Enumerable.Repeat(row.Key, Math.Max(0, row.Value - others.GetValueOrDefault(row.Key))))
            .Order(StringComparer.Ordinal)];
}
