using System.CommandLine;
using DataBright.Market;

namespace DataBright.Cli.Requests;

/// <summary>Chooses the dataset that collects the data.</summary>
internal sealed class AdoptCommand : RequestVerb
{
    private readonly Option<DatasetId> _dataset;

    public AdoptCommand()
        : base("adopt", "Choose, for a request of yours, the dataset that collects the data: what it accepts from then on is paid for",
            "request adopt 1 --dataset 4") =>
        _dataset = Require("--dataset", DatasetId.Parse, "The dataset", "ID");

    protected override Task StepAsync(RequestId request, ParseResult arguments, Ledger ledger, Signer signer, CancellationToken stop) =>
        ledger.Requests.AdoptAsync(request, arguments.GetValue(_dataset), signer, stop);
}
