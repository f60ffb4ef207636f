using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Terminal;

namespace DataBright.Cli.Jobs;

/// <summary>Takes an order back that no scheduler has accepted.</summary>
internal sealed class CancelCommand : SigningVerb
{
    private readonly Argument<JobId> _id;

    public CancelCommand()
        : base("cancel", "Take back an order of yours that nobody has begun with, and its price", "job cancel 2") =>
        _id = Expect("ID", JobId.Parse, "The job");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var job = await market.Ledger.Jobs.FindAsync(id, stop) ?? throw MissingThings.Of(id);
        if (job.Buyer != signer.Address)
            throw new Failure(ExitCode.Refused, $"Job {id} was bought by {job.Buyer}, who alone can cancel it.");
        if (job.State != JobState.Open)
            throw new Failure(ExitCode.Refused, job.State is JobState.Settled or JobState.Refunded
                ? $"Job {id} has ended already: it is {job.State.ToString().ToLowerInvariant()}."
                : $"Job {id} was accepted, and is worked on. If it is not done in time, take its price back with: databright job refund "
                    + $"{id}");
        var price = await output.WaitAsync("Cancelling", _ => market.Ledger.Jobs.RefundAsync(id, signer, stop));
        var paid = await market.Ledger.Jobs.WithdrawAsync(job.Buyer, signer, stop);
        output.Show(new { id, buyer = job.Buyer, price, paid },
            console => console.Write(Sheet.Facts(("Job", id), ("State", "cancelled"), ("Price", price), ("Paid out", paid))));
        return ExitCode.Done;
    }
}
