using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Actions;
using DataBright.Node.Web;
using Contract = DataBright.Market.Generated.Requests;

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
        return context.SpendAsync(
            $"{Wording.Dollars(amount)} are in the pot of request {request}.",
            $"Put {Wording.Dollars(amount)} into the pot of request {request}",
            Contract.Sponsor(context.At.Requests, request, amount.Units), amount, form.By, stop);
    }

    private static Task<PreparedAction> AnswerAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var (request, dataset) = (form.Id<RequestId>("request"), form.Id<DatasetId>("dataset"));
        return Task.FromResult(PreparedAction.Of(
            $"Dataset {dataset} is offered to request {request}.", $"Offer dataset {dataset} to request {request}",
            Contract.Answer(context.At.Requests, request, dataset, form.Words("note"))));
    }

    private static Task<PreparedAction> VoteAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var (request, choice) = (form.Id<RequestId>("request"), form.Choice());
        var word = choice == Choice.Yes ? "yes" : "no";
        return Task.FromResult(PreparedAction.Of(
            $"You voted {word} on request {request}.", $"Vote {word} on request {request}",
            Contract.Vote(context.At.Requests, request, (Market.Generated.Proposals.Choice)choice, form.Words("reason"))));
    }

    private static Task<PreparedAction> DecideAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var request = form.Id<RequestId>("request");
        return Task.FromResult(PreparedAction.Of($"The vote on request {request} has ended.", $"End the vote on request {request}",
            Contract.Decide(context.At.Requests, request)));
    }

    private static Task<PreparedAction> AdoptAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var (request, dataset) = (form.Id<RequestId>("request"), form.Id<DatasetId>("dataset"));
        return Task.FromResult(PreparedAction.Of(
            $"Dataset {dataset} collects the data for request {request}.", $"Choose dataset {dataset} for request {request}",
            Contract.Adopt(context.At.Requests, request, dataset)));
    }

    private static Task<PreparedAction> RefundAsync(ActionForm form, ActionContext context, CancellationToken stop)
    {
        var request = form.Id<RequestId>("request");
        return Task.FromResult(PreparedAction.Of($"Your part of what was left of request {request} is paid back.",
            $"Take back from request {request}", Contract.RefundFor(context.At.Requests, request, form.By)));
    }
}
