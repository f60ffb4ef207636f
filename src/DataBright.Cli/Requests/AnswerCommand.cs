using System.CommandLine;
using DataBright.Market;

namespace DataBright.Cli.Requests;

/// <summary>Points to a dataset of the schema asked for.</summary>
internal sealed class AnswerCommand : RequestVerb
{
    private readonly Option<DatasetId> _dataset;
    private readonly Option<string?> _note;

    public AnswerCommand()
        : base("answer", "Offer a dataset of the schema asked for as the one that collects the data",
            "request answer 1 --dataset 4 --note 'voted in point by point'")
    {
        _dataset = Require("--dataset", DatasetId.Parse, "The dataset", "ID");
        _note = Take<string?>("--note", PlainText.Words, "Words for the initiator; they are kept on the ledger", "TEXT");
    }

    protected override Task StepAsync(RequestId request, ParseResult arguments, Ledger ledger, Signer signer, CancellationToken stop) =>
        ledger.Requests.AnswerAsync(request, arguments.GetValue(_dataset), arguments.GetValue(_note), signer, stop);
}
