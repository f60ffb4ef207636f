using System.Text;
using System.Text.Json.Nodes;
using DataBright.Ethereum.Rpc;

namespace DataBright.Ethereum.Tests.Signers;

/// <summary>A signer that does what a test tells it to; for whatever it is not told, it is the chain with its unlocked accounts.</summary>
public sealed class StubSigner : DelegatingHandler
{
    private readonly Dictionary<string, Func<JsonNode, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>>> _deeds = [];
    private readonly List<string> _asked = [];

    public StubSigner()
        : base(new SocketsHttpHandler())
    {
    }

    /// <summary>The methods it was asked, in order.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_asked)
                return [.. _asked];
        }
    }

    public int Times(string method) => Asked.Count(one => one == method);

    /// <summary>Answers a method with a result.</summary>
    public StubSigner Saying(string method, JsonNode? result) =>
        Doing(method, (request, _) => Task.FromResult(ScriptedChain.Result(request, result?.DeepClone())));

    /// <summary>Answers a method with an error.</summary>
    public StubSigner Refusing(string method, int code, string text) =>
        Doing(method, (request, _) => Task.FromResult(ScriptedChain.Error(request, code, text)));

    /// <summary>Does something else with a method; the function it is given asks the chain.</summary>
    public StubSigner Doing(string method, Func<JsonNode, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> deed)
    {
        _deeds[method] = deed;
        return this;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        var json = JsonNode.Parse(body)!;
        var method = json["method"]!.GetValue<string>();
        lock (_asked)
            _asked.Add(method);
        Task<HttpResponseMessage> Chain() => base.SendAsync(new HttpRequestMessage(HttpMethod.Post, request.RequestUri)
        {
            Content = new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json"),
        }, cancellationToken);
        var answer = _deeds.TryGetValue(method, out var deed) ? deed(json, Chain) : Chain();
        return await answer.WaitAsync(cancellationToken);
    }
}
