using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Compute.Evaluations;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Models;

/// <summary>Makes a model what its dataset's proposals are measured from, by a referee's word.</summary>
internal sealed class BestCommand : SigningVerb
{
    private readonly Argument<ModelId> _id;
    private readonly Option<Uri?> _referee = RefereeNode.Option();

    public BestCommand()
        : base("best",
            "Make a model its dataset's best, if a referee finds that it was trained as the dataset says and it is better than the one "
            + "that is", "model best 3")
    {
        _id = Expect("ID", ModelId.Parse, "The model");
        Options.Add(_referee);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var model = await market.Ledger.Models.FindAsync(id, stop) ?? throw MissingThings.Of(id);
        var attested = await MoveAsync(market, id, RefereeNode.Require(arguments.GetValue(_referee), market.Home), signer, output, stop);
        output.Show(new { id, model.Dataset, accuracyPpm = attested.Signed.Statement.MetricPpm, attested.Uncounted },
            console => console.Write(Sheet.Facts(
            ("Model", id), ("Best of dataset", model.Dataset), ("Accuracy", Words(attested)))));
        return ExitCode.Done;
    }

    /// <exception cref="Failure">The referee does not sign.</exception>
    /// <exception cref="RuleBrokenException">It is not better than the best.</exception>
    public static async Task<AttestedBest> MoveAsync(MarketAccess market, ModelId id, Uri referee, Signer signer, Output output,
        CancellationToken stop)
    {
        var attested = await output.WaitAsync("The referee looks at its training", _ => RefereeNode.AttestAsync(referee, id, stop));
        await output.WaitAsync("Making it the best", () => market.Ledger.Models.MoveBestAsync(attested.Signed, signer, stop));
        return attested;
    }

    /// <summary>With what does not count.</summary>
    public static string Words(AttestedBest attested) =>
        TerminalWording.Percent(attested.Signed.Statement.MetricPpm) + (attested.Uncounted == 0
            ? "" : $", without {TerminalWording.Of(attested.Uncounted)} held-out points that are copies, or too many to compare");
}
