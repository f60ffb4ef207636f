using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Node.Rest;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DataBright.Node.Actions;

/// <summary>Makes actions ready for whoever holds the key. Nothing happens here: what comes back has yet to be signed and sent.</summary>
internal static class ActionRoutes
{
    private const int MaxBytes = 32_768;

    /// <param name="Says">What will have happened.</param>
    /// <param name="Steps">Transactions, to be sent one after the other; each once the one before is in a block.</param>
    /// <param name="Message">To be signed instead, where no transaction is needed.</param>
    /// <param name="EachForItself">A transaction that is refused does not stop the ones after it.</param>
    public sealed record Prepared(string Says, string ChainId, Address From, IReadOnlyList<PreparedStep> Steps, PreparedMessage? Message,
        bool EachForItself);

    /// <param name="Says">To be held against what the wallet shows.</param>
    /// <param name="Prepares">A later step says what is wrong if this one was not done, so that its refusal tells nothing.</param>
    public sealed record PreparedStep(string Says, Address To, string Data, string Value, bool Prepares = false);

    /// <param name="TypedData">For eth_signTypedData_v4.</param>
    /// <param name="To">Where the signature goes, with a POST.</param>
    /// <param name="Body">What goes there, but for its 'signature'.</param>
    public sealed record PreparedMessage(string Says, JsonObject TypedData, string To, JsonObject Body);

    public static void MapActions(this IEndpointRouteBuilder app, MarketActions known)
    {
        var group = app.MapGroup("/api/v1/actions").WithTags("Actions").RequireRateLimiting(WriteLimits.Name).ProducesProblem(429);
        foreach (var action in known.All)
            group.MapPost("/" + action.Name, (HttpContext context, [FromServices] ActionContext actions,
                CancellationToken stop) => PrepareAsync(action, context, actions, stop))
                .WithSummary(action.Summary)
                .WithDescription(
                    $"JSON with 'account' (who signs){string.Concat(action.Fields.Select(field => $", '{field}'"))}, all as text. Answers "
                    + "the transactions to sign and send.");
    }

    private static async Task<Ok<Prepared>> PrepareAsync(MarketAction action, HttpContext context, ActionContext actions,
        CancellationToken stop)
    {
        context.Response.Headers.CacheControl = "no-store";
        var fields = await ReadAsync(context.Request, stop);
        var by = RouteParsers.Account(fields.GetValueOrDefault("account")
            ?? throw new InvalidRequestException("account", "'account' is missing: who signs?"));
        var prepared = await actions.PrepareAsync(action, new ActionForm(by, fields), stop);
        return TypedResults.Ok(new Prepared(
            prepared.Says, ((Uint256)actions.At.ChainId).ToQuantity(), by,
            [.. prepared.Steps.Select(step => new PreparedStep(step.Says, step.Call.To, Hex.Encode(step.Call.Data),
                step.Call.Value.ToQuantity(), step.Prepares))],
            prepared.Message is { } message ? new PreparedMessage(message.Says, message.TypedData, message.To, message.Body) : null,
            prepared.EachForItself));
    }

    private static async Task<IReadOnlyDictionary<string, string>> ReadAsync(HttpRequest request, CancellationToken stop)
    {
        var fields = await Body.ReadAsync<Dictionary<string, string?>>(request, MaxBytes, stop);
        if (fields.Count > ActionForm.MaxFields)
            throw new InvalidRequestException("fields", $"At most {ActionForm.MaxFields} fields, please.");
        return fields.ToDictionary(field => field.Key,
            field => field.Value ?? throw new InvalidRequestException(Web.Wording.Cut(field.Key, 60),
                $"'{Web.Wording.Cut(field.Key, 60)}' is null: leave it out, or say what it is."));
    }
}
