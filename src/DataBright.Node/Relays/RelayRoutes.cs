using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Rest;
using DataBright.Services.Relays;

namespace DataBright.Node.Relays;

/// <summary>Votes and claims whose gas the node pays for.</summary>
internal static class RelayRoutes
{
    // A reason may be long; what the relayer pays for is bounded by gas.
    private const int MaxBytes = 32_768;

    private static readonly TimeSpan BallotLasts = TimeSpan.FromDays(1);

    public static void MapRelays(this IEndpointRouteBuilder app)
    {
        var rest = app.MapGroup("/api/v1").WithTags("Relayer");
        rest.MapGet("/relayer", StateAsync).RequireRateLimiting(WriteLimits.Costly)
            .WithSummary("Whether this node pays for others' gas, and how much it has left").Produces<RelayerFacts>().ProducesProblem(404)
            .ProducesProblem(503);
        Takes<BallotForm>(rest.MapPost("/proposals/{id}/ballots", VoteAsync))
            .WithSummary("Carry a signed vote to the ledger; the node pays the gas")
            .WithDescription("The same ballot again is answered with its first transaction.").Produces<RelayedVote>();
        Takes<BallotDraft>(rest.MapPost("/proposals/{id}/ballots/typed-data", BallotForWalletAsync))
            .WithSummary("A vote as a wallet signs it (eth_signTypedData_v4)")
            .WithDescription(
                "What would not be carried is refused here already. Send message.reason and message.deadline of the answer with the "
                + "signature.").Produces<JsonObject>();
        Takes<ClaimForm>(rest.MapPost("/datasets/{id}/claims", ClaimAsync)).WithSummary("Pay a holder its dividends; the node pays the gas")
            .WithDescription("The money goes to the holder, whoever asks.").Produces<RelayedClaim>();
    }

    private static RouteHandlerBuilder Takes<TForm>(RouteHandlerBuilder route) where TForm : notnull =>
        route.RequireRateLimiting(WriteLimits.Name).Accepts<TForm>("application/json")
        .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415)
            .ProducesProblem(422).ProducesProblem(429).ProducesProblem(503);

    private static async Task<IResult> StateAsync(IServiceProvider services, CancellationToken stop)
    {
        if (services.GetService<Relayer>() is not { } relayer) return new NoRelayer();
        var state = await relayer.StateAsync(stop);
        return TypedResults.Ok(new RelayerFacts(state.Address, state.Balance.ToString(), state.Floor.ToString(), state.LeftToday,
            state.Carries));
    }

    private static async Task<IResult> VoteAsync(string id, HttpRequest request, IServiceProvider services, CancellationToken stop)
    {
        var proposal = RouteParsers.Id<ProposalId>(id);
        if (services.GetService<Relayer>() is not { } relayer) return new NoRelayer();
        var form = await Body.ReadAsync<BallotForm>(request, MaxBytes, stop);
        return TypedResults.Ok(await relayer.VoteAsync(form.On(proposal), stop));
    }

    private static async Task<IResult> BallotForWalletAsync(string id, HttpRequest request, IServiceProvider services, Market.Ledger ledger,
        TimeProvider clock, CancellationToken stop)
    {
        var proposal = RouteParsers.Id<ProposalId>(id);
        if (services.GetService<Relayer>() is not { } relayer) return new NoRelayer();
        var form = await Body.ReadAsync<BallotDraft>(request, MaxBytes, stop);
        var ballot = form.On(proposal, ChainTime.Whole(clock.GetUtcNow() + BallotLasts));
        await relayer.RequireCastableAsync(ballot, stop);
        return TypedResults.Ok(ledger.Proposals.Statements.ForWallet(ballot));
    }

    private static async Task<IResult> ClaimAsync(string id, HttpRequest request, IServiceProvider services, CancellationToken stop)
    {
        var dataset = RouteParsers.Id<DatasetId>(id);
        if (services.GetService<Relayer>() is not { } relayer) return new NoRelayer();
        var form = await Body.ReadAsync<ClaimForm>(request, MaxBytes, stop);
        return TypedResults.Ok(await relayer.ClaimAsync(dataset, form.Holder, stop));
    }

    private sealed class NoRelayer : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => ErrorResponses.WriteAsync(
            httpContext, StatusCodes.Status404NotFound, "This node relays nothing",
            "This node does not pay for others' gas. Send the transaction yourself, or ask a node that does.");
    }
}
