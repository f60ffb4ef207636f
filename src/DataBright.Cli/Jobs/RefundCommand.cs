using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Jobs;

/// <summary>Takes back the price of a job that was not done in time.</summary>
internal sealed class RefundCommand : SigningVerb
{
    private readonly Argument<JobId> _id;

    public RefundCommand()
        : base("refund", "Take back the price of a job that was not done in time", "job refund 2") =>
        _id = Expect("ID", JobId.Parse, "The job");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var job = await market.Ledger.Jobs.FindAsync(id, stop) ?? throw MissingThings.Of(id);
        var price = await output.WaitAsync("Refunding", _ => market.Ledger.Jobs.RefundAsync(id, signer, stop));
        var paid = await market.Ledger.Jobs.WithdrawAsync(job.Buyer, signer, stop);
        output.Show(new { id, buyer = job.Buyer, price, paid },
            console => console.Write(Sheet.Facts(("Job", id), ("Buyer", job.Buyer), ("Price", price), ("Paid out", paid))));
        return ExitCode.Done;
    }
}
