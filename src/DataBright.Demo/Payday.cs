using DataBright.Compute.Points;
using DataBright.Compute.Usage;
using DataBright.Market;

namespace DataBright.Demo;

/// <summary>Fourth chapter: wages and dividends are pulled by whoever they belong to.</summary>
internal static class Payday
{
    public static async Task TellAsync(DemoMarket stage, Collection collection, IReadOnlyList<JobId> jobs, ModelId model, DemoLog narrator,
        CancellationToken stop)
    {
        var earned = await stage.Ledger.Predictions.DistributeAsync(model, [], stage.Parties[Parties.Buyer], stop);
        narrator.Line(
            $"The model's ${earned.Amount} go to the shareholders (${earned.DatasetPart}) and to its owner (${earned.OwnerPart})");
        await ClaimUsageAsync(stage, collection, jobs[^1], narrator, stop);
        var dividends = Money.Zero;
        foreach (var holder in collection.Shareholders)
        {
            var signer = stage.Parties[holder];
            if (await stage.Ledger.Shares.ClaimableAsync(collection.Id, signer.Address, stop) > Money.Zero)
                dividends += await stage.Ledger.Shares.ClaimAsync(collection.Id, signer.Address, signer, stop);
        }

        narrator.Line($"{collection.Shareholders.Count} shareholders claim ${dividends} of dividends");
        var wages = await ClaimWagesAsync(stage, jobs, stop);
        foreach (var name in Parties.Names)
        {
            var signer = stage.Parties[name];
            if (await stage.Ledger.Jobs.OwedAsync(signer.Address, stop) > Money.Zero)
                await stage.Ledger.Jobs.WithdrawAsync(signer.Address, signer, stop);
            if (await stage.Ledger.Predictions.OwedAsync(signer.Address, stop) > Money.Zero)
                await stage.Ledger.Predictions.WithdrawAsync(signer.Address, signer, stop);
        }

        narrator.Line($"Six workers are owed ${wages} for {jobs.Count} jobs; they, the scheduler and the buyer withdraw what is theirs");
    }

    /// <summary>
    /// The scheduler has valued every point of the training run and posted who gets what; anybody may check it, and challenge it in time.
    /// </summary>
    private static async Task ClaimUsageAsync(DemoMarket stage, Collection collection, JobId job, DemoLog narrator, CancellationToken stop)
    {
        await narrator.WaitAsync("waiting for a challenge of the usage dividend",
            report => stage.Orders.WaitForUsageAsync(job, report, stop));
        using var points = new BlobShardSource(stage.Blobs);
        var sheet =
            await new UsageDividendService(stage.Ledger, stage.Blobs, points, stage.Parties[Parties.Buyer]).FindSheetAsync(job, stop);
        foreach (var (contributor, amount) in sheet!.Lines)
        {
            await stage.Ledger.Usage.ClaimAsync(sheet, contributor, stage.Parties[stage.Parties.NameOf(contributor)], stop);
            narrator.Line($"{stage.Parties.NameOf(contributor)}'s points were worth ${amount} of that run by in-run data Shapley");
        }

        narrator.Detail(
            "Every point was valued while the scheduler trained once more; whoever may read the points gets the same figures, to the bit");
        await stage.Ledger.Usage.WithdrawAsync(stage.Parties[Parties.Scheduler].Address, stage.Parties[Parties.Scheduler], stop);
    }

    private static async Task<Money> ClaimWagesAsync(DemoMarket stage, IReadOnlyList<JobId> jobs, CancellationToken stop)
    {
        var total = Money.Zero;
        foreach (var job in jobs)
        {
            var outcome = (await stage.History.FindSettledAsync(job, stop))!.Outcome;
            var sheet = await stage.Orders.PaySheetAsync(job, stop);
            foreach (var (worker, pay) in sheet.Lines)
            {
                var signer = stage.Parties[stage.Parties.NameOf(worker)];
                await stage.Ledger.Jobs.ClaimPayAsync(job, outcome, worker, pay, sheet.ClaimOf(worker)!.Value.Proof, signer, stop);
                total += pay;
            }
        }

        return total;
    }
}
