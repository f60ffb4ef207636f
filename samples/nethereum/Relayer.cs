using System.Net.Http.Json;
using System.Text.Json;

namespace NethereumSample;

/// <summary>A DataBright node that pays for others' gas (docs/discussion.md).</summary>
internal sealed class Relayer(Uri node) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler()) { BaseAddress = node, Timeout = TimeSpan.FromMinutes(1) };

    /// <summary>Has a signed ballot carried to the ledger.</summary>
    /// <returns>The hash of the transaction.</returns>
    /// <exception cref="SampleException">The node does not carry it, and says why.</exception>
    public async Task<string> VoteAsync(Ballot ballot, string signature, CancellationToken stop)
    {
        var form = new { voter = ballot.Voter, choice = ballot.Choice == 1 ? "yes" : "no", reason = ballot.Reason,
            deadline = (long)ballot.Deadline, signature };
        using var response = await _http.PostAsJsonAsync(new Uri($"/api/v1/proposals/{ballot.ProposalId}/ballots", UriKind.Relative),
            form, stop);
        if (response.Content.Headers.ContentType?.MediaType is not ("application/json" or "application/problem+json"))
            throw new SampleException($"{node} answered {(int)response.StatusCode} and no JSON; is a DataBright node there?");
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(stop);
        return response.IsSuccessStatusCode
            ? answer.GetProperty("transaction").GetString()!
            : throw new SampleException(answer.GetProperty("detail").GetString() ?? $"The node answered {(int)response.StatusCode}.");
    }

    public void Dispose() => _http.Dispose();
}
