using System.Text.Json;

namespace DataBright.Cli.Access;

/// <summary>What a node says where it refuses (RFC 9457).</summary>
internal static class ProblemAnswer
{
    public static async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        try
        {
            using var problem = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(stop));
            return problem.RootElement.GetProperty("detail").GetString() ?? "it does not say why.";
        }
        catch (Exception strange) when (strange.IsUnreadable())
        {
            return $"it answered {(int)answer.StatusCode}.";
        }
    }
}
