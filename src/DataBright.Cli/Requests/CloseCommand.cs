using System.CommandLine;
using DataBright.Market;

namespace DataBright.Cli.Requests;

/// <summary>Ends a request.</summary>
internal sealed class CloseCommand()
    : RequestVerb("close",
        "End a request a week after its deadline and the longest vote of its dataset; anyone can, and sponsors then get back what is left",
        "request close 1")
{
    protected override Task StepAsync(RequestId request, ParseResult arguments, Ledger ledger, Signer signer, CancellationToken stop) =>
        ledger.Requests.CloseAsync(request, signer, stop);
}
