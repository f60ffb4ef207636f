namespace DataBright.Ethereum;

/// <summary>How an embedded chain is run.</summary>
/// <param name="Folder">Where it keeps its state, its lock and its log; made if missing.</param>
public sealed record EmbeddedChainOptions(string Folder)
{
    /// <summary>The port on loopback; 0, the default, takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// How often the state is saved while blocks are made. A machine that loses power may lose this much; a chain or a parent that is
    /// killed loses nothing, as what came since is in a journal.
    /// </summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Blocks whose state can still be asked for. Blocks, transactions and logs are kept for ever.</summary>
    public int HistoryBlocks { get; init; } = 128;

    /// <summary>
    /// Time between blocks. Null, the default, makes a block for each transaction as it comes, which answers a single
    /// caller soonest. Anvil's work for a block grows with the number of blocks it has (about 0.7 ms for every thousand),
    /// so a chain under steady load from many callers does better with a block every 50 ms or so.
    /// </summary>
    public TimeSpan? BlockTime { get; init; }

    /// <summary>A web origin whose pages may talk to the chain; null, the default, allows none.</summary>
    public string? AllowedOrigin { get; init; }

    /// <summary>The chain program; null looks for the npm package @foundry-rs/anvil in the folders above.</summary>
    public string? Program { get; init; }

    /// <summary>Time for the chain to start answering, and to save its state and end.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for an answer of a chain that runs; one that gives none within it is ended and started again.</summary>
    public TimeSpan AnswersWithin { get; init; } = TimeSpan.FromMinutes(2);
}
