using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Scheduler;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>
/// Lets a scheduler and a referee open what is sealed of a dataset: the points that it is measured on, and those that it lists or is
/// offered.
/// </summary>
internal sealed class GrantCommand : MarketVerb
{
    private readonly Argument<DatasetId> _id;
    private readonly Option<Uri?> _scheduler;
    private readonly Option<Uri?> _referee;
    private readonly KeyOptions _key;

    public GrantCommand()
        : base("grant",
            "Let a scheduler and a referee that the ledger trusts open a dataset's sealed points, as far as your key opens them",
            "dataset grant 1 --market http://127.0.0.1:5080 --referee http://127.0.0.1:5090 --key ada")
    {
        _id = Expect("ID", DatasetId.Parse, "The dataset");
        Options.Add(_scheduler = SchedulerNode.Option());
        Options.Add(_referee = RefereeNode.Option());
        _key = KeyOptions.AddTo(this, "Keys are opened and wrapped for others");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var (scheduler, referee) = (arguments.GetValue(_scheduler), arguments.GetValue(_referee));
        var dataset = await market.Ledger.Datasets.FindAsync(id, stop) ?? throw MissingThings.Of(id);
        var terms = await TermsFile.RequireAsync(market, dataset, [scheduler, referee], output, stop);
        if (terms is { HeldOut: null, Sealed: null })
            throw new Failure(ExitCode.Refused,
                $"Anybody may read the points that dataset {id} lists and is measured on; nothing is to be granted.");
        var trusted = await TrustedRecipient.FindAsync(market, scheduler, referee, stop);
        if (trusted.Count == 0)
            throw new Failure(ExitCode.Usage,
                $"Name the node of a scheduler with {_scheduler.Name}, or of a referee with {_referee.Name}: none runs on "
                + $"{market.Home.Root}.");

        using var mine = _key.Open(arguments, market.Home, market.Ledger.Addresses.ChainId);
        List<SealedFile> files = terms.HeldOut is { } heldOut ? [SealedFile.HeldOut(heldOut.Cid)] : [];
        if (terms.Sealed is not null) files.AddRange(await ShardsAsync(market, id, stop));
        var grants = new List<Grant>();
        foreach (var file in files) grants.AddRange(await GrantAsync(market, id, file, mine, trusted, stop));
        if (grants.Count == 0)
            throw new Failure(ExitCode.Refused,
                $"What is sealed of dataset {id} ({files.Count} file{(files.Count == 1 ? "" : "s")}) was not sealed to {mine.Address}, or "
                + "is not here; whoever brought it can open it.");
        foreach (var grant in grants.Where(grant => grant.Problem is not null)) output.Note($"{grant.File}: {grant.Problem!.Message}");
        output.Show(
            new { dataset = id, files = files.Count,
                nodes = trusted.Select(one => new { node = one.Node, address = one.PublicKey.Address, granted = Count(one) }) },
            console => console.Write(Sheet.Facts(
                [("Dataset", id),
                    .. trusted.Select(one => ("Can open",
                        (object?)$"{Count(one)} of {files.Count} that are sealed: {one.PublicKey.Address}, {ChainException.Shown(
                            one.Node)}"))])));
        return grants.FirstOrDefault(grant => grant.Problem is not null)?.Problem!.ExitCode ?? ExitCode.Done;

        int Count(TrustedRecipient recipient) => grants.Count(grant => grant.To == recipient && grant.Problem is null);
    }

    /// <summary>What the dataset lists, and what is offered to it and voted on.</summary>
    private static async Task<IReadOnlyList<SealedFile>> ShardsAsync(MarketAccess market, DatasetId id, CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        var listed = ShardStore.Listed(reading.Index, id).Where(shard => shard.Cid is not null)
            .Select(shard => SealedFile.Listed(shard.Cid!.Value, shard.Root));
        var offered = ListOptions.Read(int.MaxValue, request => reading.Index.Proposals.List(id, request))
            .Where(proposal => proposal is { Kind: ProposalKind.Listing, State: ProposalState.Open, Cid: not null })
            .Select(proposal => SealedFile.Offered(proposal.Cid!.Value, proposal.Shard, proposal.Id));
        return [.. listed, .. offered];
    }

    /// <summary>
    /// One file that somebody else offered, and that is damaged, keeps nobody from the others; nor does one node that refuses.
    /// </summary>
    /// <returns>Nothing where the key does not open the file.</returns>
    private static async Task<IReadOnlyList<Grant>> GrantAsync(
        MarketAccess market, DatasetId id, SealedFile file, EthereumKey mine, IReadOnlyList<TrustedRecipient> trusted,
        CancellationToken stop)
    {
        try
        {
            using var key = await OpenAsync(market, id, file, mine, stop);
            if (key is null) return [];
            var grants = new List<Grant>();
            foreach (var recipient in trusted)
                grants.Add(new Grant(file.Cid, recipient,
                    await TryGiveAsync(recipient, id, file.As(key.WrapFor(recipient.PublicKey)), stop)));
            return grants;
        }
        catch (Failure damaged)
        {
            return [.. trusted.Select(recipient => new Grant(file.Cid, recipient, damaged))];
        }
    }

    private static async Task<Failure?> TryGiveAsync(TrustedRecipient recipient, DatasetId id, WrappedKey key, CancellationToken stop)
    {
        try
        {
            await recipient.GiveAsync(id, key, stop);
            return null;
        }
        catch (Exception refused) when (refused is Failure or HttpRequestException)
        {
            return Translation.Of(refused);
        }
    }

    private static async Task<ContentKey?> OpenAsync(MarketAccess market, DatasetId id, SealedFile file, EthereumKey mine,
        CancellationToken stop)
    {
        if (!await market.Blobs.HasAsync(file.Cid, stop)) return null;
        await using var content = await market.Blobs.OpenAsync(file.Cid, stop);
        if (!await Envelope.IsOneAsync(content, stop)) return null;
        try
        {
            return await Envelope.FindKeyAsync(content, mine.Address, stop) is { } wrapped ? ContentKey.Unwrap(mine, wrapped) : null;
        }
        catch (Exception fault) when (fault.IsUnreadable())
        {
            throw new Failure(ExitCode.CheckFailed, $"The file {file.Cid} of dataset {id} is damaged: {fault.Message}");
        }
    }
}

/// <summary>What became of a file's key at one node.</summary>
/// <param name="Problem">Null where the node keeps it.</param>
internal sealed record Grant(Cid File, TrustedRecipient To, Failure? Problem);

/// <summary>
/// A file that is sealed for a dataset: the set that it is measured on, a shard that it lists, or one that it is offered.
/// </summary>
internal sealed record SealedFile(Cid Cid, Hash32? Shard, ProposalId? Proposal)
{
    public static SealedFile HeldOut(Cid cid) => new(cid, null, null);

    public static SealedFile Listed(Cid cid, Hash32 shard) => new(cid, shard, null);

    public static SealedFile Offered(Cid cid, Hash32 shard, ProposalId proposal) => new(cid, shard, proposal);

    /// <summary>Its key as a node is given it.</summary>
    public WrappedKey As(byte[] wrapped) => new($"0x{Convert.ToHexStringLower(wrapped)}")
    {
        File = Shard is null ? null : Cid.ToString(),
        Shard = Shard?.ToString(),
        Proposal = Proposal?.Value,
    };
}
