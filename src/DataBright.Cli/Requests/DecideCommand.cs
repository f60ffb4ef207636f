using System.CommandLine;
using DataBright.Market;

namespace DataBright.Cli.Requests;

/// <summary>Ends the vote on a request.</summary>
internal sealed class DecideCommand()
    : RequestVerb("decide", "End the vote on whether a request is listed, after its deadline; anyone can", "request decide 1")
{
    protected override Task StepAsync(RequestId request, ParseResult arguments, Ledger ledger, Signer signer, CancellationToken stop) =>
        ledger.Requests.DecideAsync(request, signer, stop);
}
