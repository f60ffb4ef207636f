using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Actions;
using DataBright.Node.Web;

namespace DataBright.Node.Requests;

/// <summary>Paying for data that is wanted, offering it, and saying what is wanted.</summary>
internal static class RequestActions
{
    public static IReadOnlyList<MarketAction> All { get; } =
    [
        new("sponsor", "Add to the pot of a request", ["request", "amount"], SponsorAsync),
        new("answer", "Offer a dataset as an answer to a request", ["request", "dataset", "note"], AnswerAsync),
        new("vote-request", "Vote on whether a request is listed", ["request", "choice", "reason"], VoteAsync),
        new("decide-request", "End the vote on a request", ["request"], DecideAsync),
        new("adopt", "Choose the dataset that collects the answers", ["request", "dataset"], AdoptAsync),
        new("refund", "Take back what is left of one's sponsorship", ["request"], RefundAsync),
    ];

    private static Task<PreparedAction> SponsorAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var (request, amount) = (form.Id<RequestId>("request"), form.Amount("amount"));
        return context.PrepareAsync(
            $"{Wording.Dollars(amount)} are in the pot of request {request}.",
            $"Put {Wording.Dollars(amount)} into the pot of request {request}",
            context.Ledger.Requests.Acts.Sponsor(request, amount), form.By, stop);
    }

    private static Task<PreparedAction> AnswerAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var (request, dataset) = (form.Id<RequestId>("request"), form.Id<DatasetId>("dataset"));
        return context.PrepareAsync(
            $"Dataset {dataset} is offered to request {request}.", $"Offer dataset {dataset} to request {request}",
            context.Ledger.Requests.Acts.Answer(request, dataset, form.Words("note")), form.By, stop);
    }

    private static Task<PreparedAction> VoteAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var (request, choice) = (form.Id<RequestId>("request"), form.Choice());
        var word = choice == Choice.Yes ? "yes" : "no";
        return context.PrepareAsync(
            $"You voted {word} on request {request}.", $"Vote {word} on request {request}",
            context.Ledger.Requests.Acts.Vote(request, choice, form.Words("reason")), form.By, stop);
    }

    private static Task<PreparedAction> DecideAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var request = form.Id<RequestId>("request");
        return context.PrepareAsync($"The vote on request {request} has ended.", $"End the vote on request {request}",
            context.Ledger.Requests.Acts.Decide(request), form.By, stop);
    }

    private static Task<PreparedAction> AdoptAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var (request, dataset) = (form.Id<RequestId>("request"), form.Id<DatasetId>("dataset"));
        return context.PrepareAsync(
            $"Dataset {dataset} collects the data for request {request}.", $"Choose dataset {dataset} for request {request}",
            context.Ledger.Requests.Acts.Adopt(request, dataset), form.By, stop);
    }

    private static Task<PreparedAction> RefundAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var request = form.Id<RequestId>("request");
        return context.PrepareAsync($"Your part of what was left of request {request} is paid back.",
            $"Take back from request {request}", context.Ledger.Requests.Acts.Refund(request, form.By), form.By, stop);
    }
}
