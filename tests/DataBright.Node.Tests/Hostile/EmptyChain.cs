using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DataBright.Compute.Hostile;

namespace DataBright.Node.Tests.Hostile;

/// <summary>A chain without a block to read; its answers may fail.</summary>
internal sealed class EmptyChain : HttpMessageHandler
{
    private int _asked;

    public int Asked => Volatile.Read(ref _asked);

    public Fault? Fault { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        Fault?.Throw();
        var asked = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
        var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = asked["id"]!.DeepClone(), ["result"] = "0x0" };
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer.ToJsonString(), Encoding.UTF8,
            "application/json") };
    }
}
