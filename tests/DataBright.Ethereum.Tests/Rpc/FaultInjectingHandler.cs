using System.Text.Json.Nodes;

namespace DataBright.Ethereum.Rpc;

/// <summary>Stands between a client and a real chain, and does to each request what a test wants.</summary>
public sealed class FaultInjectingHandler(Func<string, JsonNode, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> meddle)
    : DelegatingHandler(new SocketsHttpHandler())
{
    /// <summary>A client that sends everything twice and believes the second answer.</summary>
    public static FaultInjectingHandler Stuttering() => new(async (_, _, send) =>
    {
        (await send()).Dispose();
        return await send();
    });

    /// <summary>Every <paramref name="nth"/> answer to a method is lost on its way back, though the chain did what it was asked.</summary>
    public static FaultInjectingHandler LosingAnswers(string method, int nth)
    {
        var count = 0;
        return new FaultInjectingHandler(async (asked, _, send) =>
        {
            var answer = await send();
            if (asked != method || Interlocked.Increment(ref count) % nth != 0)
                return answer;
            answer.Dispose();
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The answer was lost.");
        });
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var json = JsonNode.Parse(body)!;
        var method = (json is JsonArray batch ? batch[0] : json)!["method"]!.GetValue<string>();
        return await meddle(method, json, () =>
        {
            var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new ByteArrayContent(body) };
            copy.Content.Headers.ContentType = request.Content.Headers.ContentType;
            return base.SendAsync(copy, cancellationToken);
        });
    }
}
