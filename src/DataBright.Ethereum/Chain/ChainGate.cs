using System.Net;

namespace DataBright.Ethereum;

/// <summary>
/// Stands before an embedded chain, at the address that others know. What changes the chain is written into its journal before the chain is
/// asked;
/// while the chain is started again, whoever asks waits here.
/// </summary>
internal sealed class ChainGate : IAsyncDisposable
{
    private const int LargestBody = 64 << 20;

    private static readonly string[] OfOneConnection = ["Host", "Connection", "Content-Length", "Transfer-Encoding", "Keep-Alive",
        "Date", "Server"];

    private readonly HttpListener _listener = new() { IgnoreWriteExceptions = true };
    private readonly HttpClient _http;
    private readonly EmbeddedChainOptions _options;
    private readonly TimeProvider _clock;
    private readonly Func<ReadOnlyMemory<byte>, Func<Task<byte[]>>, Task> _change;
    private TaskCompletionSource<Uri> _chain = New();
    private Task _serving = Task.CompletedTask;

    private ChainGate(HttpClient http, int port, EmbeddedChainOptions options, TimeProvider clock,
        Func<ReadOnlyMemory<byte>, Func<Task<byte[]>>, Task> change)
    {
        (_http, _options, _clock, _change) = (http, options, clock, change);
        Url = new Uri($"http://127.0.0.1:{port}");
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <param name="http">Asks the chain.</param>
    /// <param name="port">Where to listen on loopback.</param>
    /// <param name="options">How long a question waits for a chain that is being started, and then for its answer.</param>
    /// <param name="clock">Counts that.</param>
    /// <param name="change">Does what changes the chain: it is given the question, and how to ask it.</param>
    public static ChainGate Start(HttpClient http, int port, EmbeddedChainOptions options, TimeProvider clock,
        Func<ReadOnlyMemory<byte>, Func<Task<byte[]>>, Task> change)
    {
        var gate = new ChainGate(http, port, options, clock, change);
        gate._listener.Prefixes.Add(gate.Url.AbsoluteUri);
        gate._listener.Start();
        gate.AnswerToLocalhost(port);
        gate._serving = gate.ServeAsync();
        return gate;
    }

    /// <summary>
    /// Wallets and people write that name too. Where it means an address that cannot be listened at, the number alone does.
    /// </summary>
    private void AnswerToLocalhost(int port)
    {
        try
        {
            _listener.Prefixes.Add($"http://localhost:{port}/");
        }
        catch (HttpListenerException)
        {
            // As above.
        }
    }

    /// <summary>Lets questions through to a chain.</summary>
    public void Open(Uri chain)
    {
        if (_chain.Task.IsCompleted)
            Close();
        _chain.TrySetResult(chain);
    }

    /// <summary>Has questions wait.</summary>
    public void Close()
    {
        if (_chain.Task.IsCompleted)
            Volatile.Write(ref _chain, New());
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ServeAsync()
    {
        while (true)
            try
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            await PassAsync(context);
            context.Response.Close();
        }
        catch
        {
            Refuse(context.Response);
        }
    }

    private static void Refuse(HttpListenerResponse response)
    {
        try
        {
            response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
            response.Close();
        }
        catch
        {
            response.Abort(); // Whoever asked has left, this ends, or half of an answer is on its way.
        }
    }

    private async Task PassAsync(HttpListenerContext context)
    {
        if (await ReadAsync(context.Request).WaitAsync(_options.AnswersWithin, _clock) is not { } body)
        {
            context.Response.StatusCode = (int)HttpStatusCode.RequestEntityTooLarge;
            return;
        }
        // Before the turn to change is taken: whoever starts the chain again needs that turn.
        var chain = await Volatile.Read(ref _chain).Task.WaitAsync(_options.Timeout, _clock);
        HttpResponseMessage? answer = null;
        byte[] content = [];
        async Task<byte[]> AskAsync()
        {
            using var limit = new CancellationTokenSource(_options.AnswersWithin, _clock);
            answer = await _http.SendAsync(Message(context.Request, body, chain), limit.Token);
            return content = await answer.Content.ReadAsByteArrayAsync(limit.Token);
        }
        await (ChainJournal.EffectOf(body) == ChainJournal.Effect.None ? AskAsync() : _change(body, AskAsync));
        using (answer)
        {
            context.Response.StatusCode = (int)answer!.StatusCode;
            foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
                if (!OfOneConnection.Contains(name, StringComparer.OrdinalIgnoreCase))
                    context.Response.AppendHeader(name, string.Join(", ", values));
            context.Response.ContentLength64 = content.Length;
            await context.Response.OutputStream.WriteAsync(content);
        }
    }

    private static HttpRequestMessage Message(HttpListenerRequest request, byte[] body, Uri chain)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.HttpMethod),
            new Uri(chain.AbsoluteUri.TrimEnd('/') + (request.RawUrl is ['/', ..] and var path ? path : "/")));
        if (request.HasEntityBody)
            message.Content = new ByteArrayContent(body);
        foreach (var name in request.Headers.AllKeys)
            if (name is not null && !OfOneConnection.Contains(name, StringComparer.OrdinalIgnoreCase))
                _ = message.Headers.TryAddWithoutValidation(name, request.Headers[name])
                    || message.Content?.Headers.TryAddWithoutValidation(name, request.Headers[name]) == true;
        return message;
    }

    private static async Task<byte[]?> ReadAsync(HttpListenerRequest request)
    {
        if (request.ContentLength64 > LargestBody)
            return null;
        using var body = new MemoryStream();
        var buffer = new byte[16384];
        for (int read; (read = await request.InputStream.ReadAsync(buffer)) > 0;)
        {
            if (body.Length + read > LargestBody)
                return null;
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }

    private static TaskCompletionSource<Uri> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
