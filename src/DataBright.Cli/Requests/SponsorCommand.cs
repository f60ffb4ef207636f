using System.CommandLine;
using DataBright.Market;

namespace DataBright.Cli.Requests;

/// <summary>Adds to a pot.</summary>
internal sealed class SponsorCommand : RequestVerb
{
    private readonly Option<Money> _dollars;

    public SponsorCommand()
        : base("sponsor", "Add to a request's pot; what is left of it in the end comes back in proportion",
            "request sponsor 1 --dollars 50") =>
        _dollars = Require("--dollars", Money.Parse, "How much", "DOLLARS");

    protected override Task StepAsync(RequestId request, ParseResult arguments, Ledger ledger, Signer signer, CancellationToken stop) =>
        ledger.Requests.SponsorAsync(request, arguments.GetValue(_dollars), signer, stop);
}
