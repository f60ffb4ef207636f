using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Requests;

/// <summary>A step of one request; what it is then is told.</summary>
internal abstract class RequestVerb : SigningVerb
{
    private readonly Argument<RequestId> _id;

    protected RequestVerb(string name, string description, string example)
        : base(name, description, example) => _id = Expect("ID", RequestId.Parse, "The request");

    protected sealed override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        await output.WaitAsync("Sending", () => StepAsync(id, arguments, market.Ledger, signer, stop));
        var request = await market.Ledger.Requests.FindAsync(id, stop) ?? throw MissingThings.Of(id);
        output.Show(request, console => console.Write(Sheet.Facts(
            ("Request", id), ("State", request.State),
            ("Collected by", request.Dataset is { } dataset ? $"dataset {dataset}" : "no dataset yet"),
            ("Pot", $"{TerminalWording.Of(request.Pot)}, {TerminalWording.Of(request.Paid)} paid"))));
        return ExitCode.Done;
    }

    protected abstract Task StepAsync(RequestId request, ParseResult arguments, Ledger ledger, Signer signer, CancellationToken stop);
}
