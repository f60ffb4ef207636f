using System.Net;
using System.Text;
using System.Text.Json;
using DataBright.Testing.Odd;

namespace DataBright.Cli.Tests.Faults;

/// <summary>Something at a chain's URL that is not the market's chain.</summary>
internal sealed class FakeChain : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _serving;

    /// <param name="answer">From a method's name to a JSON-RPC result, or to an error where it begins with that word; null answers with a
    /// web page.</param>
    public FakeChain(Func<string, string>? answer)
    {
        (_listener, Url) = LoopbackListener.Start();
        _serving = ServeAsync(answer);
    }

    public string Url { get; }

    /// <summary>A chain of that number on which nothing was ever deployed.</summary>
    public static FakeChain Empty(ulong id) => new(method => method switch
    {
        "eth_chainId" => $"\"0x{id:x}\"",
        "eth_blockNumber" => "\"0x1\"",
        "eth_getCode" => "\"0x\"",
        _ => "null",
    });

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync(Func<string, string>? answer)
    {
        while (true)
            try
            {
                var context = await _listener.GetContextAsync();
                using var request = await JsonDocument.ParseAsync(context.Request.InputStream);
                var body = Encoding.UTF8.GetBytes(answer is null
                    ? "<!doctype html><title>Welcome</title>"
                    : request.RootElement.ValueKind == JsonValueKind.Array
                        ? $"[{string.Join(',', request.RootElement.EnumerateArray().Select(one => Reply(one, answer)))}]"
                        : Reply(request.RootElement, answer));
                context.Response.ContentType = answer is null ? "text/html" : "application/json";
                await context.Response.OutputStream.WriteAsync(body);
                context.Response.Close();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
    }

    private static string Reply(JsonElement request, Func<string, string> answer) =>
        answer(request.GetProperty("method").GetString()!) is var said && said.StartsWith("error ", StringComparison.Ordinal)
            ? $$"""{"jsonrpc":"2.0","id":{{request.GetProperty("id").GetRawText()}},"error":{{said["error ".Length..]}}}"""
            : $$"""{"jsonrpc":"2.0","id":{{request.GetProperty("id").GetRawText()}},"result":{{said}}}""";
}
