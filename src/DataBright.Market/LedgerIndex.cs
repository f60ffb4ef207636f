using DataBright.Market.Datasets;
using DataBright.Market.Index;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Requests;
using DataBright.Market.Shares;
using DataBright.Market.Usage;
using DataBright.Market.Workers;

namespace DataBright.Market;

/// <summary>The market's ledger in a form that can be searched. What each word keeps in it, its projection says; what can be asked, its index.</summary>
public sealed class LedgerIndex : IndexEngine
{
    /// <summary>One for each contract that logs events of the market. A new word has its line here and in the properties below.</summary>
    internal static readonly IReadOnlyList<Projection> Projections =
    [
        new DatasetProjection(), new ModelProjection(), new TrustedKeyProjection(), new ProposalProjection(), new JobProjection(), new PredictionProjection(),
        new UsageProjection(), new RequestProjection(), new WorkerProjection(), new ShareProjection(),
    ];

    private LedgerIndex(IndexFile file, MarketAddresses market, ulong undoBlocks, IndexMetrics? metrics) : base(file, market, Projections, undoBlocks, metrics)
    {
        Datasets = new DatasetIndex(file);
        Proposals = new ProposalIndex(file);
        Shares = new ShareIndex(file);
        Models = new ModelIndex(file);
        Jobs = new JobIndex(file);
        Workers = new WorkerIndex(file);
        Predictions = new PredictionIndex(file, market.Predictions);
        Usage = new UsageIndex(file);
        Requests = new RequestIndex(file);
    }

    public DatasetIndex Datasets { get; }

    public ProposalIndex Proposals { get; }

    public ShareIndex Shares { get; }

    public ModelIndex Models { get; }

    public JobIndex Jobs { get; }

    public WorkerIndex Workers { get; }

    public PredictionIndex Predictions { get; }

    public UsageIndex Usage { get; }

    public RequestIndex Requests { get; }

    /// <summary>Opens the index of a market, or begins it. A file that is damaged, of another market or of an older version is made anew.</summary>
    /// <param name="path">The file.</param>
    /// <param name="market">The market.</param>
    /// <param name="undoBlocks">Reorganisations as deep as this are taken back; a deeper one builds the index anew.</param>
    /// <param name="metrics">Counts what is read; null where nobody watches.</param>
    /// <exception cref="SqlFileException">The file is of a newer version, of another program, or cannot be read or written.</exception>
    public static LedgerIndex Open(string path, MarketAddresses market, ulong undoBlocks = 4096, IndexMetrics? metrics = null) =>
        new(new IndexFile(path, market, Projections), market, undoBlocks, metrics);
}
