using DataBright.Compute.Buying;
using DataBright.Compute.Scheduler;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;
using DataBright.Market.Proposals;
using DataBright.Market.Trust;
using DataBright.Node.Drafts;
using DataBright.Node.Offers;
using DataBright.Node.Proposals;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;
using DataBright.Storage;

namespace DataBright.Node.Buying;

/// <summary>
/// Makes the measurement of a proposal ready to be bought: its plan follows from the dataset, its price is asked for, and who of those
/// present would take it.
/// </summary>
internal sealed class EvaluationReader(
    Market.Ledger ledger, LedgerIndex index, IBlobStore blobs, PlanSources sources, IProposalReader proposals, UploadManager uploads,
    DraftStore<OrderDraft> drafts, DraftSeats seats, TimeProvider clock, IServiceProvider services)
{
    private const string Command = "databright proposal evaluate";

    /// <returns>The name of the draft; null where there is no such proposal.</returns>
    /// <exception cref="InvalidRequestException">It cannot be measured, or not so.</exception>
    /// <exception cref="UploadRefusedException">The uploader has no room left.</exception>
    /// <exception cref="TooBusyException">Others are preparing jobs and models.</exception>
    public async Task<string?> ReadAsync(ProposalId id, IFormCollection form, string uploader, CancellationToken stop)
    {
        if (index.Proposals.Find(id) is not { } proposal || await ledger.Datasets.FindAsync(proposal.Dataset, stop) is not { } dataset)
            return null;
        var pay = OrderReader.Pay(form);
        await RequireMeasurableAsync(proposal, stop);
        return await seats.RunAsync(() => PrepareAsync(dataset, proposal, pay, uploader, stop), stop);
    }

    private async Task RequireMeasurableAsync(IndexedProposal proposal, CancellationToken stop)
    {
        if (proposal.Kind != ProposalKind.Listing) throw Wrong($"Proposal {proposal.Id} offers no points, so there is nothing to measure.");
        if (proposal.State != ProposalState.Open || await ChainTime.NowAsync(ledger.Client, clock, stop) >= proposal.Deadline)
            throw Wrong($"The vote on proposal {proposal.Id} is over; only an open one can be measured.");
        if (await proposals.FileProblemAsync(proposal.Id, stop) is { } problem)
            throw Wrong($"Proposal {proposal.Id} is not measured. {problem}");
    }

    private async Task<string> PrepareAsync(Dataset dataset, IndexedProposal proposal, Money pay, string uploader, CancellationToken stop)
    {
        var cid = proposal.Cid ?? throw Wrong($"The shard of proposal {proposal.Id} has no readable address.");
        var terms = await sources.TermsAsync(dataset, stop);
        var subject = await EvaluationSubject.FindAsync(blobs, index, dataset.Id, terms, stop)
            ?? new EvaluationSubject(ArchitectureFit.Usual(await sources.PointsAsync(dataset, stop)), null);
        var evaluation = new EvaluationOrder(proposal, cid, pay, OrderReader.SchedulerFee);
        var (listed, heldOut) = (sources.Listed(dataset.Id), await sources.HeldOutAsync(dataset, stop));
        var plan = PlanSources.Require(() => evaluation.PlanFor(dataset, listed, heldOut, terms, subject));
        var order = evaluation.OrderOf(plan, sources.Only(TrustedRole.Scheduler, $"{Command} {proposal.Id}"),
            sources.Only(TrustedRole.Referee, $"{Command} {proposal.Id}"));
        var (total, fee) = await ledger.Jobs.PriceOfAsync(order, stop);
        var quote = services.GetService<SchedulerHost>()?.Quote(plan, order.Pay);
        await uploads.KeepAsync(uploader, plan.ToJson(), stop);
        return drafts.Keep(
            new OrderDraft(order, plan.Architecture.Name, proposal.Count, total, fee, OrderReader.SchedulerFee, plan.Tasks().Count(),
                quote), uploader);
    }

    private static InvalidRequestException Wrong(string why) => new("proposal", why);
}
