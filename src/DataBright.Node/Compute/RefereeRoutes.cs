using DataBright.Compute.Disputes;
using DataBright.Compute.Protocol;
using DataBright.Compute.Referees;

namespace DataBright.Node.Compute;

/// <summary>What a scheduler asks of a referee, over HTTP.</summary>
public static class RefereeRoutes
{
    public static void MapReferee(this IEndpointRouteBuilder routes, IReferee referee)
    {
        var group = routes.MapGroup("/referee").ExcludeFromDescription();
        group.MapGet("/address", async (CancellationToken stop) => (await referee.AddressAsync(stop)).ToString());
        group.MapPost("/judge", (HttpContext context, CancellationToken stop) => Answers.FramedAsync(context, async (dossier, _) =>
        {
            try
            {
                await Answers.JsonAsync(context, await referee.JudgeAsync(dossier, stop), stop);
            }
            catch (EvidenceException fault)
            {
                throw new ProtocolException(Refusal.ProofBroken, fault.Message, fault);
            }
        }, stop, Dossier.MaxBytes));
    }
}
