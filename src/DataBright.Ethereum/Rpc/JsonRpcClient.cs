using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DataBright.Ethereum;

/// <summary>
/// JSON-RPC 2.0 over HTTP. Answers are matched by id and bounded in size; calls that are safe to repeat are repeated
/// when the network fails, with pauses that double; an error that the chain itself answers is final.
/// </summary>
/// <remarks>
/// Safe for many callers at once. Pauses have no random part: a client waits for its own chain only, and the tests can
/// count on them.
/// </remarks>
/// <param name="http">The client to send with; its own timeout should not be shorter than <see cref="JsonRpcOptions.Timeout"/>.</param>
/// <param name="url">The chain's HTTP or HTTPS URL.</param>
/// <param name="options">Bounds; null for the defaults.</param>
/// <param name="clock">Timeouts and pauses; null for the system's.</param>
public sealed class JsonRpcClient(HttpClient http, Uri url, JsonRpcOptions? options = null, TimeProvider? clock = null)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 64 };

    private readonly JsonRpcOptions _options = options ?? new JsonRpcOptions();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private long _lastId;

    /// <summary>The chain's URL.</summary>
    public Uri Url => url;

    /// <summary>Calls one method.</summary>
    /// <param name="method">For example <c>eth_blockNumber</c>.</param>
    /// <param name="parameters">Positional parameters.</param>
    /// <returns>The result, which may be JSON's null.</returns>
    /// <exception cref="RpcException">The chain answered with an error.</exception>
    /// <exception cref="ChainException">No proper answer came.</exception>
    public Task<JsonElement> CallAsync(string method, params JsonNode?[] parameters) =>
        CallAsync(new RpcRequest(method, parameters), CancellationToken.None);

    /// <summary>Calls one method.</summary>
    /// <inheritdoc cref="CallAsync(string, JsonNode?[])"/>
    public async Task<JsonElement> CallAsync(RpcRequest request, CancellationToken stop = default)
    {
        var replies = await AskAsync([request], asBatch: false, stop);
        return replies[0].Result;
    }

    /// <summary>
    /// Calls many methods in as few HTTP requests as <see cref="JsonRpcOptions.MaxBatch"/> allows, one request after
    /// another.
    /// </summary>
    /// <returns>A reply for each call, in the order of the calls.</returns>
    /// <exception cref="ChainException">No proper answer came.</exception>
    public async Task<IReadOnlyList<RpcReply>> BatchAsync(IReadOnlyList<RpcRequest> requests, CancellationToken stop = default)
    {
        if (requests.Count <= _options.MaxBatch)
            return requests.Count == 0 ? [] : await AskAsync(requests, asBatch: true, stop);
        var replies = new List<RpcReply>(requests.Count);
        foreach (var chunk in requests.Chunk(_options.MaxBatch))
            replies.AddRange(await AskAsync(chunk, asBatch: true, stop));
        return replies;
    }

    private async Task<RpcReply[]> AskAsync(IReadOnlyList<RpcRequest> requests, bool asBatch, CancellationToken stop)
    {
        using var span = ChainMetrics.Request(requests);
        try
        {
            return await AskUntilAnsweredAsync(requests, asBatch, stop);
        }
        catch (Exception fault)
        {
            ChainMetrics.Fail(span, fault);
            throw;
        }
    }

    private async Task<RpcReply[]> AskUntilAnsweredAsync(IReadOnlyList<RpcRequest> requests, bool asBatch, CancellationToken stop)
    {
        var mayRepeat = requests.All(r => r.IsIdempotent);
        for (var attempt = 1; ; attempt++)
            try
            {
                var replies = await AskOnceAsync(requests, asBatch, stop);
                if (!mayRepeat || attempt >= _options.Attempts || !replies.Any(r => r.Error?.Code == RpcException.LimitExceeded))
                    return replies;
                await PauseAsync(attempt + 1, stop);
            }
            catch (ChainException fault) when (fault.IsPassing && mayRepeat && attempt < _options.Attempts)
            {
                await PauseAsync(attempt + 1, stop);
            }
    }

    private Task PauseAsync(int attempt, CancellationToken stop) =>
        Task.Delay(_options.PauseBefore(attempt), _clock, stop);

    private async Task<RpcReply[]> AskOnceAsync(IReadOnlyList<RpcRequest> requests, bool asBatch, CancellationToken stop)
    {
        var firstId = Interlocked.Add(ref _lastId, requests.Count) - requests.Count + 1;
        using var timeout = new CancellationTokenSource(_options.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            var content = new ByteArrayContent(RpcWire.Write(requests, firstId, asBatch));
            content.Headers.ContentType = Json;
            using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await ReadAsync(response, either.Token);
            using var answer = Parse(response, body);
            // The document's memory goes back to the pool, so what is kept of it is copied.
            return RpcWire.Match(url, answer.RootElement.Clone(), requests, firstId);
        }
        catch (OperationCanceledException cause) when (!stop.IsCancellationRequested)
        {
            throw new ChainException(ChainFault.TimedOut, url, $"did not answer {requests[0].Method} in {_options.Timeout.TotalSeconds:0.##} s",
                "Check that the node is not overloaded or stuck, or allow more time.", cause);
        }
        catch (HttpRequestException cause)
        {
            throw Unreachable(cause);
        }
        catch (IOException cause)
        {
            throw Truncated(cause);
        }
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken stop)
    {
        if (response.Content.Headers.ContentLength > _options.MaxAnswerBytes)
            throw TooLarge();
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        using var body = new MemoryStream((int)(response.Content.Headers.ContentLength ?? 1024));
        var buffer = new byte[16384];
        for (int read; (read = await stream.ReadAsync(buffer, stop)) > 0;)
        {
            if (body.Length + read > _options.MaxAnswerBytes)
                throw TooLarge();
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }

    private JsonDocument Parse(HttpResponseMessage response, byte[] body)
    {
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
            throw new ChainException(ChainFault.Busy, url, $"answers HTTP {(int)response.StatusCode}",
                "The node or the proxy before it is overloaded: try again later, or use another URL.");
        try
        {
            // Some nodes answer errors in proper JSON-RPC with a status that is no success; the body says more.
            return JsonDocument.Parse(body, Depth);
        }
        catch (JsonException) when (!response.IsSuccessStatusCode)
        {
            throw new ChainException(ChainFault.Refused, url, $"answers HTTP {(int)response.StatusCode} {response.ReasonPhrase}",
                "Check the URL, its path and any key in it.");
        }
        catch (JsonException cause)
        {
            var text = Encoding.UTF8.GetString(body).TrimStart();
            throw text.Length == 0 || text[0] is '{' or '[' ? Truncated(cause) : RpcWire.NotJsonRpc(url, text);
        }
    }

    private ChainException Unreachable(HttpRequestException cause) => cause.HttpRequestError switch
    {
        HttpRequestError.ResponseEnded => Truncated(cause),
        HttpRequestError.InvalidResponse => RpcWire.NotJsonRpc(url, "something that is not even HTTP"),
        _ => new ChainException(ChainFault.Unreachable, url,
            cause.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                ? "refuses connections" : $"cannot be reached ({(cause.InnerException ?? cause).Message.TrimEnd('.')})",
            "Start the node, or correct the URL and the port.", cause),
    };

    private ChainException Truncated(Exception cause) => new(ChainFault.Truncated, url, "broke off in the middle of an answer",
        "The node may have been stopped: check that it runs and try again.", cause);

    private ChainException TooLarge() => new(ChainFault.TooLarge, url, $"sends an answer of more than {_options.MaxAnswerBytes} bytes",
        "Ask for fewer blocks or logs at once.");
}
