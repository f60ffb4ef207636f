using System.Net;
using System.Text.Json;
using DataBright.Compute.Protocol;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Http;

/// <summary>A refusal as a problem document (RFC 9457), and back.</summary>
public sealed record RefusalProblem(string Title, int Status, string Detail, Refusal Refusal)
{
    public const string ContentType = "application/problem+json";

    public static RefusalProblem Of(ProtocolException refused) =>
        new("The message was refused.", (int)StatusOf(refused.Refusal), refused.Message, refused.Refusal);

    /// <summary>The refusal in an answer, or null when the answer is something else.</summary>
    public static ProtocolException? Find(string? contentType, ReadOnlySpan<byte> body)
    {
        if (!MediaType.Is(contentType, ContentType)) return null;
        try
        {
            var problem = CanonicalJson.Read<RefusalProblem>(body);
            return new ProtocolException(problem.Refusal, problem.Detail);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static HttpStatusCode StatusOf(Refusal refusal) => refusal switch
    {
        Refusal.Malformed => HttpStatusCode.BadRequest,
        Refusal.TooLarge => HttpStatusCode.RequestEntityTooLarge,
        Refusal.BadSignature or Refusal.Stale => HttpStatusCode.Unauthorized,
        Refusal.UnknownWorker or Refusal.NotYours => HttpStatusCode.Forbidden,
        Refusal.UnknownJob => HttpStatusCode.NotFound,
        Refusal.Unavailable => HttpStatusCode.ServiceUnavailable,
        Refusal.CommitmentBroken or Refusal.ProofBroken or Refusal.WrongStart or Refusal.StateBroken => HttpStatusCode.UnprocessableEntity,
        _ => HttpStatusCode.Conflict,
    };
}
