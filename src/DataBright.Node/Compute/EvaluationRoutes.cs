using DataBright.Compute.Evaluations;
using DataBright.Market;

namespace DataBright.Node.Compute;

/// <summary>What a proposer asks of a referee: its signature under what an evaluation job measured.</summary>
public static class EvaluationRoutes
{
    public static void MapEvaluations(this IEndpointRouteBuilder routes, EvaluationAttestor attestor) =>
        routes.MapPost("/referee/evaluations/{job}", async (ulong job, HttpContext context, CancellationToken stop) =>
        {
            try
            {
                await Answers.JsonAsync(context, await attestor.AttestAsync(new JobId(job), stop), stop);
            }
            catch (EvaluationRefusedException refused)
            {
                await Results.Problem(refused.Message, statusCode: StatusCodes.Status409Conflict, title: "Not signed").ExecuteAsync(context);
            }
        }).ExcludeFromDescription();
}
