using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Proposals;

/// <summary>Asks the shareholders to name another best model: one that knew the answers, say, makes every honest gain look small.</summary>
internal sealed class ReplaceCommand : SigningVerb
{
    private readonly Option<DatasetId> _dataset;
    private readonly Option<ModelId?> _model;
    private readonly Option<bool> _none;
    private readonly Option<int?> _accuracy;
    private readonly Option<string> _reason;

    public ReplaceCommand()
        : base("replace", "Ask the shareholders to name another best model of a dataset, or none, by the larger majority of its rules",
            "proposal replace --dataset 1 --model 3 --reason 'model 5 has seen the held-out set'")
    {
        _dataset = Require("--dataset", DatasetId.Parse, "The dataset", "ID");
        _model = Take<ModelId?>("--model", text => ModelId.Parse(text), "The model that shall be its best", "ID");
        _none = Take<bool>("--none", "There shall be none, until a better one comes");
        _accuracy = Take<int?>("--accuracy", text => QuantityText.ParsePercent(text),
            "What the next one has to be better than (default: what was measured of the model)", "PERCENT");
        _reason = Require<string>("--reason", PlainText.Words, "Why; everybody reads it", "TEXT");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var dataset = arguments.GetValue(_dataset);
        var replacement = await ReadAsync(arguments, market, dataset, stop);
        var proposal = await output.WaitAsync("Proposing",
            _ => market.Ledger.Proposals.ProposeReplacementAsync(dataset, replacement, arguments.GetValue(_reason)!, signer, stop));
        var found = (await market.Ledger.Proposals.FindAsync(proposal, stop))!;
        var policy = await market.Ledger.Datasets.PolicyAsync(dataset, stop);
        output.Show(new { id = proposal, dataset, replacement.Model, replacement.MetricPpm, bond = policy.ProposalBond,
            deadline = found.Deadline }, console =>
        {
            console.Write(Sheet.Facts(
                ("Proposal", proposal), ("Dataset", dataset), ("Best model", Words(replacement)),
                ("Needs", $"more than {TerminalWording.Bps(policy.DelistThresholdBps)} yes"),
                ("Bond", policy.ProposalBond), ("Votes until", found.Deadline)));
            console.MarkupLine($"[grey]databright proposal show {proposal}[/]");
        });
        return ExitCode.Done;
    }

    /// <summary>In a cell of a screen.</summary>
    public static string Words(Replacement replacement) =>
        (replacement.Model is { } model ? $"model {model}, with {TerminalWording.Percent(replacement.MetricPpm)}" : "none")
            + (replacement.Replaced is { } replaced ? $", in place of model {replaced}" : "");

    private async Task<Replacement> ReadAsync(ParseResult arguments, MarketAccess market, DatasetId dataset, CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        var replaced = (reading.Index.Datasets.Find(dataset) ?? throw MissingThings.Of(dataset)).BestModel;
        var (named, none, accuracy) = (arguments.GetValue(_model), arguments.GetValue(_none), arguments.GetValue(_accuracy));
        if (named is null != none)
            throw new Failure(ExitCode.Usage,
                "Name the model that shall be best with --model ID, or say with --none that there shall be none.");
        if (named is not { } id) return accuracy is null ? new Replacement(replaced, null, 0)
            : throw new Failure(ExitCode.Usage, "--accuracy is that of a model: leave it out, or name one with --model.");
        var model = reading.Index.Models.Find(id) ?? throw MissingThings.Of(id);
        if (model.Dataset != dataset)
            throw new Failure(ExitCode.Refused, $"Model {id} was trained on dataset {model.Dataset}, not on {dataset}.");
        if (model.IsPrivate)
            throw new Failure(ExitCode.Refused, $"The parameters of model {id} are private: measurements could not begin with them.");
        var metric = accuracy is { } bps
            ? (uint)bps * 100 : (uint)(model.AccuracyPpm
                ?? throw new Failure(ExitCode.Usage,
                    $"Nobody measured model {id}: say with --accuracy what the next one has to be better than."));
        return new Replacement(replaced, id, metric);
    }
}
