using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Accounts;

/// <summary>Collects whatever the market owes an account, in as few transactions as the contracts allow.</summary>
internal sealed class WithdrawCommand : SigningVerb
{
    private readonly Option<string?> _for;
    private readonly Option<Uri?> _node = SchedulerNode.Option();

    public WithdrawCommand()
        : base("withdraw",
            "Collect everything the market owes an account: wages, refunds and credits, dividends by shares and by use, earnings of "
            + "models, bonds, rewards, what is left of sponsorship, deposits and stakes", "account withdraw --key ada")
    {
        _for = Take<string?>("--for", AccountNames.Check, "Pay somebody else's out to them (default: your own)", "WHO");
        Options.Add(_node);
    }

    protected override bool TellsDryRun => true;

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var account = arguments.GetValue(_for) is { } named ? AccountNames.Resolve(named, market.Home) : signer.Address;
        using var sheets = LocalSheets.Open(market, arguments.GetValue(_node));
        var owed = await Collecting.AskAsync(market, sheets, account, stop);
        var payments = await Collecting.PayAsync(market, owed, signer, output, stop);
        output.Show(OwedScreen.DocumentOf(account, payments, signer.Rehearses), console =>
        {
            if (payments.Count == 0)
                console.WriteLine($"Nothing waits for {account}.");
            else
                console.Draw(payments, signer.Rehearses);
            console.Draw(owed with { Debts = [.. owed.Debts.Where(debt => debt.OnlyByItself && account != signer.Address)] });
        });
        return Collecting.CodeOf(payments);
    }
}
