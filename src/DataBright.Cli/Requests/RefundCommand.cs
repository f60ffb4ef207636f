using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Requests;

/// <summary>Gives a sponsor back its part of what is left.</summary>
internal sealed class RefundCommand : SigningVerb
{
    private readonly Argument<RequestId> _id;
    private readonly Option<string?> _for;

    public RefundCommand()
        : base("refund", "Get back your part of what is left of a request that was refused or closed; or have somebody else get it",
            "request refund 1")
    {
        _id = Expect("ID", RequestId.Parse, "The request");
        _for = Take<string?>("--for", AccountNames.Check, "Whose part: a name or an address (default: yours)", "WHO");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var sponsor = arguments.GetValue(_for) is { } who ? AccountNames.Resolve(who, market.Home) : signer.Address;
        var amount = await output.WaitAsync("Refunding", _ => market.Ledger.Requests.RefundAsync(id, sponsor, signer, stop));
        output.Show(new { request = id, sponsor, amount },
            console => console.Write(Sheet.Facts(("Request", id), ("Sponsor", sponsor), ("Given back", amount))));
        return ExitCode.Done;
    }
}
