using DataBright.Compute.Disputes;
using DataBright.Compute.Protocol;
using DataBright.Compute.Referees;
using DataBright.Failures;
using DataBright.Node.Rest;

namespace DataBright.Node.Scheduler;

/// <summary>What a scheduler asks of a referee, over HTTP.</summary>
public static class RefereeRoutes
{
    /// <summary>Dossiers that are looked at, or wait to be: anybody may send one, and each is held against the ledger.</summary>
    private const int MaxAtOnce = 16;

    /// <summary>
    /// A step is done again within it many times over; a store or a chain that hangs holds up one dispute, not the referee.
    /// </summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static void MapReferee(this IEndpointRouteBuilder routes, IReferee referee)
    {
        var seats = new SemaphoreSlim(MaxAtOnce, MaxAtOnce);
        var group = routes.MapGroup("/referee").ExcludeFromDescription();
        group.MapGet("/address", async (CancellationToken stop) => (await referee.AddressAsync(stop)).ToString());
        group.MapPost("/judge", (HttpContext context, CancellationToken stop) => Answers.FramedAsync(context, async (dossier, _) =>
        {
            // Only what has arrived takes a seat: whoever sends slowly keeps nobody else waiting.
            if (!seats.Wait(0, CancellationToken.None))
                throw new ProtocolException(Refusal.Unavailable,
                    "Too many dossiers are being looked at here. Send it again in some seconds.");
            try
            {
                await JudgeAsync(referee, dossier, context, stop);
            }
            finally
            {
                seats.Release();
            }
        }, stop, Dossier.MaxBytes)).RequireRateLimiting(WriteLimits.Name);
    }

    private static async Task JudgeAsync(IReferee referee, SignedMessage dossier, HttpContext context, CancellationToken stop)
    {
        try
        {
            await Answers.JsonAsync(context,
                await TimeLimit.RunAsync(Limit, TimeProvider.System, "The judgement", inner => referee.JudgeAsync(dossier, inner), stop),
                stop);
        }
        catch (EvidenceException fault)
        {
            throw new ProtocolException(Refusal.ProofBroken, fault.Message, fault);
        }
    }
}
