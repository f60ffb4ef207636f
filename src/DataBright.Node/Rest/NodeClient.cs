using System.Net;
using System.Text.Json;

namespace DataBright.Node.Rest;

/// <summary>Talks to a node's REST interface. What it serves is told by the types beside it, such as <c>DiscussionClient</c>.</summary>
public sealed class NodeClient : IDisposable
{
    private const long MaxAnswer = 1L << 26;

    private static readonly JsonSerializerOptions Json = Forms();

    private readonly HttpClient _http;

    /// <param name="node">Where the node listens.</param>
    public NodeClient(Uri node) => _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        BaseAddress = new Uri(node.AbsoluteUri.TrimEnd('/') + "/api/v1/"),
        Timeout = TimeSpan.FromMinutes(5),
        MaxResponseContentBufferSize = MaxAnswer,
    };

    public void Dispose() => _http.Dispose();

    internal async Task<T> GetAsync<T>(string path, CancellationToken stop)
    {
        using var answer = await _http.GetAsync(path, stop);
        return await ReadAsync<T>(answer, stop);
    }

    internal async Task<T> PostAsync<T>(string path, object form, CancellationToken stop)
    {
        using var answer = await _http.PostAsync(path, JsonContent.Create(form, form.GetType(), options: Json), stop);
        return await ReadAsync<T>(answer, stop);
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken stop)
    {
        try
        {
            if (answer.IsSuccessStatusCode)
                return await answer.Content.ReadFromJsonAsync<T>(Json, stop) ?? throw new JsonException("it says null");
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(stop);
            throw new NodeRefusedException(
                answer.StatusCode, problem.TryGetProperty("rule", out var rule) ? rule.GetString() : null,
                problem.GetProperty("detail").GetString() ?? $"The node answered {(int)answer.StatusCode}.");
        }
        catch (Exception strange) when (strange.IsUnreadable())
        {
            throw new HttpRequestException($"{_http.BaseAddress} answered {(int)answer.StatusCode}, but not as a node does.", strange);
        }
    }

    private static JsonSerializerOptions Forms()
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        JsonForms.Apply(json);
        return json;
    }
}

/// <summary>A node refused what was asked. The message is the node's own.</summary>
public sealed class NodeRefusedException(HttpStatusCode status, string? rule, string message) : DataBrightException(KindOf(status), message)
{
    public HttpStatusCode Status => status;

    /// <summary>The rule that was broken, as the node spells it; null where it named none.</summary>
    public string? Rule => rule;

    private static FailureKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => FailureKind.NotFound,
        HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError => FailureKind.Unavailable,
        _ => FailureKind.Refused,
    };
}
