using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Shares;

/// <summary>Lets somebody else vote with one's shares; what they earn stays one's own.</summary>
internal sealed class DelegateCommand : SigningVerb
{
    private readonly Option<DatasetId> _dataset;
    private readonly Option<string?> _to;

    public DelegateCommand()
        : base("delegate",
            "Let somebody else vote with your shares on proposals that open from now on; without --to you vote yourself again",
            "share delegate --dataset 1 --to grace")
    {
        _dataset = Require("--dataset", DatasetId.Parse, "Shares of this dataset", "ID");
        _to = Take<string?>("--to", AccountNames.Check, "A name or an address (default: yourself)", "WHO");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var dataset = arguments.GetValue(_dataset);
        _ = await market.Ledger.Datasets.FindAsync(dataset, stop) ?? throw MissingThings.Of(dataset);
        var to = arguments.GetValue(_to) is { } named ? AccountNames.Resolve(named, market.Home) : signer.Address;
        await output.WaitAsync("Delegating", () => market.Ledger.Shares.DelegateAsync(dataset, to, signer, stop));
        output.Show(new { dataset, from = signer.Address, to }, console => console.Write(Sheet.Facts(
            ("Dataset", dataset), ("Shares of", signer.Address), ("Voted by", to == signer.Address ? "yourself" : to.ToString()))));
        return ExitCode.Done;
    }
}
