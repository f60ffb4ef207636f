using System.CommandLine;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Terminal;

namespace DataBright.Cli.Requests;

/// <summary>Votes, as a shareholder of the association, on whether a request is listed.</summary>
internal sealed class VoteCommand : RequestVerb
{
    private readonly Option<Choice> _choice;
    private readonly Option<string?> _reason;

    public VoteCommand()
        : base("vote", "Vote on whether a request is listed, with the association's shares you held when it was opened",
            "request vote 1 --choice yes --reason 'we need these'")
    {
        _choice = Require("--choice", Parsing.OneOf<Choice>, "yes or no", "CHOICE");
        _reason = Take<string?>("--reason", PlainText.Words, "Why; it is kept on the ledger for everyone to read", "TEXT");
    }

    protected override Task StepAsync(RequestId request, ParseResult arguments, Ledger ledger, Signer signer, CancellationToken stop) =>
        ledger.Requests.VoteAsync(request, arguments.GetValue(_choice), arguments.GetValue(_reason), signer, stop);
}
