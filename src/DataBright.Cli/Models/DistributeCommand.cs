using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Models;

/// <summary>
/// Divides what a model earned: the royalties of its parents, the part of its dataset's shareholders, the rest to its owner.
/// </summary>
internal sealed class DistributeCommand : SigningVerb
{
    private readonly Argument<ModelId> _id;

    public DistributeCommand()
        : base("distribute", "Divide what a model earned between its parents, the shareholders of its dataset and its owner; anyone may",
            "model distribute 1") =>
        _id = Expect("ID", ModelId.Parse, "Its number");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        IReadOnlyList<ModelId> parents;
        using (var reading = await IndexReading.OpenAsync(market, stop))
        {
            _ = reading.Index.Models.Find(id) ?? throw MissingThings.Of(id);
            parents = reading.Index.Models.ParentsOf(id);
        }

        var done = await output.WaitAsync("Distributing", _ => market.Ledger.Predictions.DistributeAsync(id, parents, signer, stop));
        output.Show(new { model = id, done.Amount, shareholders = done.DatasetPart, owner = done.OwnerPart,
            royalties = done.Royalties.Select(one => new { model = one.Parent, one.Amount }) }, console =>
        {
            console.Write(Sheet.Facts(
                [("Model", id), ("Earned", $"${done.Amount}"), ("To shareholders", $"${done.DatasetPart}"),
                    ("To its owner", $"${done.OwnerPart}"),
                    .. done.Royalties.Select(one => ($"To model {one.Parent}", (object?)$"${one.Amount}"))]));
            console.MarkupLine("[grey]The owner collects with: databright account withdraw[/]");
        });
        return ExitCode.Done;
    }
}
