using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace DataBright.Ethereum;

/// <summary>
/// JSON-RPC 2.0 over HTTP. Answers are matched by id and bounded in size; calls that are safe to repeat are repeated
/// when the network fails or the node is busy, after pauses that grow and are as long as the node asks; other errors are final.
/// </summary>
/// <remarks>Safe for many callers at once.</remarks>
/// <param name="http">The client to send with; its own timeout should not be shorter than <see cref="JsonRpcOptions.Timeout"/>.</param>
/// <param name="url">The chain's HTTP or HTTPS URL.</param>
/// <param name="options">Bounds; null for the defaults.</param>
/// <param name="clock">Timeouts and pauses; null for the system's.</param>
public sealed class JsonRpcClient(HttpClient http, Uri url, JsonRpcOptions? options = null, TimeProvider? clock = null)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly TimeSpan NarrowFor = TimeSpan.FromMinutes(10);
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 64 };

    private readonly JsonRpcOptions _options = options ?? new JsonRpcOptions();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private int _largestBatch = int.MaxValue;
    private long _narrowed;
    private long _lastId;

    /// <summary>The chain's URL.</summary>
    public Uri Url => url;

    /// <summary>Calls one method.</summary>
    /// <returns>The result, which may be JSON's null.</returns>
    /// <exception cref="RpcException">The chain answered with an error.</exception>
    /// <exception cref="ChainException">No proper answer came.</exception>
    public async Task<JsonElement> CallAsync(RpcRequest request, CancellationToken stop = default)
    {
        var replies = await AskAsync([request], asBatch: false, stop);
        return replies[0].Result;
    }

    /// <summary>
    /// Calls many methods in as few HTTP requests as <see cref="JsonRpcOptions.MaxBatch"/> and the node allow, one request after another. A
    /// node that refuses batches, or such large ones, is asked by smaller ones from then on, in the end one by one.
    /// </summary>
    /// <returns>A reply for each call, in the order of the calls.</returns>
    /// <exception cref="ChainException">No proper answer came.</exception>
    public async Task<IReadOnlyList<RpcReply>> BatchAsync(IReadOnlyList<RpcRequest> requests, CancellationToken stop = default)
    {
        var replies = new List<RpcReply>(requests.Count);
        while (replies.Count < requests.Count)
        {
            // A node that was replaced, or was only busy, takes more again.
            if (_clock.GetElapsedTime(Volatile.Read(ref _narrowed)) >= NarrowFor)
                Volatile.Write(ref _largestBatch, int.MaxValue);
            var size = Math.Min(_options.MaxBatch, Volatile.Read(ref _largestBatch));
            replies.AddRange(await AskTogetherAsync([.. requests.Skip(replies.Count).Take(size)], stop));
        }
        return replies;
    }

    private async Task<RpcReply[]> AskTogetherAsync(IReadOnlyList<RpcRequest> requests, CancellationToken stop)
    {
        if (requests.Count == 1)
            return await AskAsync(requests, asBatch: false, stop);
        var known = Volatile.Read(ref _largestBatch);
        try
        {
            var replies = await AskAsync(requests, asBatch: true, stop);
            if (!replies.All(r => r.Error is { } error && error.Meaning != RpcMeaning.Busy
                && (error.Meaning == RpcMeaning.NoBatches || error.IsOfWhole)))
                return replies;
        }
        catch (ChainException fault) when (!fault.IsTransient)
        {
            // The first call alone shows below whether the batch is at fault.
        }
        // The half may do; where the word is that there are no batches, or where these few are too many, none do.
        Volatile.Write(ref _largestBatch, Math.Max(1, requests.Count / 2));
        Volatile.Write(ref _narrowed, _clock.GetTimestamp());
        try
        {
            return await AskTogetherAsync([.. requests.Take(Math.Max(1, requests.Count / 2))], stop);
        }
        catch (ChainException)
        {
            Volatile.Write(ref _largestBatch, known);
            throw;
        }
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
        var lost = false;
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan? asked = null;
            try
            {
                var replies = await AskOnceAsync(requests, asBatch, stop);
                if (!mayRepeat || attempt >= _options.Attempts || !replies.Any(r => r.Error?.Meaning == RpcMeaning.Busy))
                    return lost ? Marked(replies) : replies;
            }
            catch (ChainException fault) when (fault.IsTransient && mayRepeat && attempt < _options.Attempts
                && !(fault.RetryAfter > _options.LongestRetryAfter))
            {
                (asked, lost) = (fault.RetryAfter, true);
            }
            await Task.Delay(_options.PauseBefore(attempt + 1, asked), _clock, stop);
        }
    }

    private static RpcReply[] Marked(RpcReply[] replies)
    {
        foreach (var reply in replies)
            if (reply.Error is { } error)
                error.FollowsLostAnswer = true;
        return replies;
    }

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
            throw new ChainException(ChainFault.TimedOut, url,
                $"did not answer {requests[0].Method} in {_options.Timeout.TotalSeconds:0.##} s",
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
        catch (Exception cause) when (cause.IsUnreadable())
        {
            throw RpcWire.NotJsonRpc(url, "what is not packed as it says, or no text");
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
        if (PassingFault((int)response.StatusCode) is { } fault)
            throw Passing(fault, response);
        if (!Utf8.IsValid(body))
            throw RpcWire.NotJsonRpc(url, "bytes that are no text");
        // Some put a byte order mark before what they send, which is none of the JSON (RFC 8259, 8.1).
        var json = body.AsMemory(body.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0);
        try
        {
            // Some nodes answer errors in proper JSON-RPC with a status that is no success; the body says more.
            return JsonDocument.Parse(json, Depth);
        }
        catch (JsonException) when (!response.IsSuccessStatusCode)
        {
            throw new ChainException(ChainFault.Refused, url, $"answers HTTP {(int)response.StatusCode} {response.ReasonPhrase}",
                "Check the URL, its path and any key in it.");
        }
        catch (JsonException cause)
        {
            var text = Encoding.UTF8.GetString(json.Span).TrimStart();
            throw text.Length == 0 || text[0] is '{' or '[' ? Truncated(cause) : RpcWire.NotJsonRpc(url, text);
        }
    }

    // 520 to 530 are those of a large content network for a server behind it that is away or slow; 529 is said by some where 503 is meant.
    private static ChainFault? PassingFault(int status) => status switch
    {
        408 or 504 or 522 or 524 => ChainFault.TimedOut,
        425 or 429 or 502 or 503 or 520 or 521 or 523 or 527 or 529 or 530 => ChainFault.Busy,
        _ => null,
    };

    private ChainException Passing(ChainFault fault, HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter is { } said ? said.Delta ?? said.Date - _clock.GetUtcNow() : null;
        var wait = after > TimeSpan.Zero ? after : null;
        return new ChainException(fault, url, $"answers HTTP {(int)response.StatusCode}", wait is null
            ? "The node or the proxy before it is overloaded: try again later, or use another URL."
            : $"The node or the proxy before it is overloaded and asks to wait {Math.Ceiling(wait.Value.TotalSeconds):0} s: try again "
                + "then, or use another URL.")
        { RetryAfter = wait };
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
