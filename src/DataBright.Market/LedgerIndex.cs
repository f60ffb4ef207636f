using DataBright.Market.Index;

namespace DataBright.Market;

/// <summary>
/// The market's ledger in a form that can be searched. What each word keeps in it, its projection says; what can be asked, its index.
/// </summary>
public sealed class LedgerIndex : IndexEngine
{
    /// <summary>One of each word.</summary>
    internal static readonly IReadOnlyList<Projection> Projections = [.. MarketWords.All.Select(word => word.Projection)];

    private LedgerIndex(IndexFile file, MarketAddresses market, ulong undoBlocks, IndexMetrics? metrics)
        : base(file, market, Projections, undoBlocks, metrics)
    {
    }

    /// <summary>
    /// Opens the index of a market, or begins it. A file that is damaged, of another market or of an older version is made anew.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="market">The market.</param>
    /// <param name="undoBlocks">Reorganisations as deep as this are taken back; a deeper one builds the index anew.</param>
    /// <param name="metrics">Counts what is read; null where nobody watches.</param>
    /// <exception cref="SqlFileException">The file is of a newer version, of another program, or cannot be read or written.</exception>
    public static LedgerIndex Open(string path, MarketAddresses market, ulong undoBlocks = 4096, IndexMetrics? metrics = null) =>
        new(new IndexFile(path, market, Projections), market, undoBlocks, metrics);
}
