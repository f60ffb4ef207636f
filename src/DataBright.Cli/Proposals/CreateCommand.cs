using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Datasets;
using DataBright.Compute.Evaluations;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Proposals;

/// <summary>Offers points to a dataset.</summary>
internal sealed class CreateCommand : SigningVerb
{
    private readonly Option<DatasetId> _dataset;
    private readonly PointOptions _points;
    private readonly Option<bool> _anyway;
    private readonly Option<bool> _evaluate;
    private readonly EvaluationOptions _evaluation;
    private readonly Option<Uri?> _node = ShardUpload.Option();

    public CreateCommand()
        : base("create", "Offer data points to a dataset; the bond comes back unless the shareholders reject them",
            "proposal create --dataset 1 --shard mine.shard --evaluate")
    {
        _dataset = Require("--dataset", DatasetId.Parse, "The dataset", "ID");
        _points = PointOptions.AddTo(this, "", "Points on offer");
        _anyway = Take<bool>("--anyway",
            "Offer them although more than a tenth of them are copies, exact or nearly so, or their values have another scale than the "
            + "dataset's; with --evaluate, also have them measured although nobody who is present would do it");
        Options.Add(_node);
        _evaluate = Take<bool>("--evaluate",
            "Have it measured at once and posted for the voters to see; if that is interrupted: proposal evaluate");
        _evaluation = EvaluationOptions.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_dataset);
        if (arguments.GetValue(_evaluate))
            _evaluation.Require(arguments, market);
        var dataset = await market.Ledger.Datasets.FindAsync(id, stop) ?? throw MissingThings.Of(id);
        var schema = await SchemaLink.ReadAsync(market.Blobs, dataset, stop);
        if (schema is not null)
            _points.Reading.Follow(arguments, schema);
        var shard = await _points.ReadAsync(arguments, DataSchema.MaxClasses, stop, output.Note);
        if (shard.Schema.Hash != dataset.Schema)
            throw new Failure(ExitCode.BadInput,
                $"These points are {shard.Schema}; dataset {id} takes "
                + $"{(await SchemaFile.FindAsync(market.Blobs, dataset.Schema, stop))?.ToString()
                    ?? $"another schema ({dataset.Schema})"}. Bring them to that form, or see: databright dataset list");
        var anyway = arguments.GetValue(_anyway);
        if (schema is not null && !anyway)
            SchemaCheck.RequireScale(schema, shard);
        var isSealed = (await TermsFile.RequireAsync(market, dataset, [arguments.GetValue(_node), _evaluation.Nodes(arguments).Scheduler],
            output, stop)).Sealed is not null;
        var copies = isSealed
            ? null : await output.WaitAsync("Comparing with the dataset", async _ => await Copies.CountAsync(market, id, shard, stop));
        if (!anyway)
            copies?.Require(shard.Count);
        var offered = isSealed ? await SealAsync(arguments, market, dataset, shard, signer, output, stop)
            : await ShardStore.KeepAsync(market.Blobs, shard, stop);
        if (arguments.GetValue(_node) is { } node)
        {
            await ShardUpload.SendAsync(market, node, offered.Cid, signer, output, stop);
            copies ??= isSealed ? null : await output.WaitAsync("Comparing with the dataset",
                async _ => await Copies.AskAsync(market, node, id, offered.Cid, signer, stop));
            if (!anyway)
                copies?.Require(shard.Count);
        }

        var proposal = await output.WaitAsync("Proposing", _ => market.Ledger.Proposals.ProposeAsync(id, offered, signer, stop));
        var found = (await market.Ledger.Proposals.FindAsync(proposal, stop))!;
        var bond = (await market.Ledger.Datasets.PolicyAsync(id, stop)).ProposalBond;
        var measured = arguments.GetValue(_evaluate)
            ? await EvaluateAsync(arguments, market, proposal, signer, output, stop) : ((JobId Job, MeasuredGain Gain)?)null;
        output.Show(new { id = proposal, dataset = id, points = shard.Count, duplicates = copies?.Exact, nearCopies = copies?.Near,
            root = offered.Root, cid = offered.Cid, orderSeed = _points.OrderSeed(arguments), bond, deadline = found.Deadline,
            evaluation = measured?.Job, gain = measured?.Gain.Gain }, console =>
        {
            console.Write(Sheet.Facts(
                ("Proposal", proposal), ("Dataset", id), ("Points", shard.Count),
                ("In already", copies?.InWords ?? (isSealed ? "the scheduler compares them when they are measured: the dataset is sealed"
                    : "unknown: not all shards are in this data folder")),
                ("Order", PointOptions.InWords(_points.OrderSeed(arguments))), ("Bond", bond), ("Votes until", found.Deadline)));
            if (measured is var (job, gain))
                EvaluationOptions.Draw(console, proposal, job, gain);
            console.MarkupLine($"[grey]databright proposal show {proposal}[/]");
        });
        return ExitCode.Done;
    }

    /// <summary>Keeps the shard for those who measure and train, and for whoever offers it.</summary>
    private async Task<OfferedShard> SealAsync(ParseResult arguments, MarketAccess market, Dataset dataset, Shard shard, Signer contributor,
        Output output, CancellationToken stop)
    {
        var (scheduler, referee) = _evaluation.Nodes(arguments);
        var recipients = await Recipients.FindAsync(market, scheduler ?? arguments.GetValue(_node), referee, contributor, stop);
        if (recipients is null || !recipients.HasTrusted && !arguments.GetValue(_anyway))
            throw new Failure(ExitCode.Refused,
                $"The points of dataset {dataset.Id} are sealed, and no scheduler or referee could open these: name their nodes with "
                + $"--market and --referee{(recipients is null ? "" : ", or say --anyway and let them in later")}.");
        if (!recipients.HasTrusted)
            output.Note(
                $"No scheduler or referee can open these points yet. When their nodes run: databright dataset grant {dataset.Id} --market "
                + "URL --referee URL");
        if (!contributor.HasKey)
            output.Note(
                "Your own key is not on this machine, so these points are not sealed to you: you cannot let another scheduler or referee "
                + "in later.");
        return new OfferedShard(shard.Root, shard.Count,
            await recipients.SealAsync(market.Blobs, SealedShardFile.OfOffer(dataset.Id, dataset.Initiator, shard), stop));
    }

    /// <summary>The proposal stands whatever becomes of its measurement, and must not be made a second time.</summary>
    private async Task<(JobId Job, MeasuredGain Gain)> EvaluateAsync(ParseResult arguments, MarketAccess market, ProposalId proposal,
        Signer signer, Output output, CancellationToken stop)
    {
        try
        {
            return await _evaluation.RunAsync(arguments, market, proposal, null, arguments.GetValue(_anyway), signer, output, stop);
        }
        catch (Failure failed)
        {
            throw new Failure(failed.ExitCode,
                $"Proposal {proposal} is made, and not measured: {failed.Message} Go on with: databright proposal evaluate {proposal}");
        }
        catch (OperationCanceledException)
        {
            output.Note($"databright: proposal {proposal} is made. Go on with its evaluation: databright proposal evaluate {proposal}");
            throw;
        }
    }
}
