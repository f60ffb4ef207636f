using DataBright.Failures;
using DataBright.Market;
using DataBright.Node.Actions;
using DataBright.Node.Rest;
using DataBright.Node.Scheduler;
using DataBright.Storage;

namespace DataBright.Node.Buying;

/// <summary>Posts what a job measured of a proposal, signed by a referee.</summary>
internal sealed class EvaluationActions(ActionContext context, SignedEvaluations signed)
{
    public static MarketAction Post { get; } = MarketAction.By<EvaluationActions>(
        "post-evaluation", "Have a referee sign what a settled job measured, and post it beside the vote", ["job"],
        (actions, form, stop) => actions.PostAsync(form, stop));

    private async Task<PreparedAction> PostAsync(ActionForm form, CancellationToken stop)
    {
        var job = form.Id<JobId>("job");
        try
        {
            var evaluation = (await signed.GetAsync(job, stop)).Signed;
            var proposal = evaluation.Statement.Proposal;
            return await context.PrepareAsync($"What job {job} measured is posted beside the vote on proposal {proposal}.",
                $"Post what job {job} measured of proposal {proposal}",
                context.Ledger.Proposals.Acts.PostEvaluation(evaluation), form.By, stop);
        }
        catch (BlobException missing) when (missing.Kind != FailureKind.Full)
        {
            throw new InvalidRequestException("job", $"{FaultWords.Of(missing)} Ask again when it is here.");
        }
    }
}
