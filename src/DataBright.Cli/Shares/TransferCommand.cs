using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Shares;

/// <summary>Gives shares to somebody else. What they earned until now stays with the giver.</summary>
internal sealed class TransferCommand : SigningVerb
{
    private readonly Option<DatasetId> _dataset;
    private readonly Option<string> _to;
    private readonly Option<ShareAmount> _shares;

    public TransferCommand()
        : base("transfer", "Give shares to somebody; what they earned until now stays yours",
            "share transfer --dataset 1 --to grace --shares 12.5")
    {
        _dataset = Require("--dataset", DatasetId.Parse, "Shares of this dataset", "ID");
        _to = Require("--to", AccountNames.Check, "A name or an address", "WHO");
        _shares = Require("--shares", ShareAmount.Parse, "How many", "SHARES");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var (dataset, shares) = (arguments.GetValue(_dataset), arguments.GetValue(_shares));
        var to = AccountNames.Resolve(arguments.GetValue(_to)!, market.Home);
        await output.WaitAsync("Transferring", () => market.Ledger.Shares.TransferAsync(dataset, to, shares, signer, stop));
        var left = await market.Ledger.Shares.BalanceAsync(dataset, signer.Address, stop);
        output.Show(new { dataset, from = signer.Address, to, shares, left }, console => console.Write(Sheet.Facts(
            ("Dataset", dataset), ("From", signer.Address), ("To", to), ("Shares", shares), ("Left", left))));
        return ExitCode.Done;
    }
}
