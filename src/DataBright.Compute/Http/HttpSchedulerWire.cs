using System.Net.Http.Headers;
using System.Text.Json;
using DataBright.Compute.Protocol;
using DataBright.Storage;

namespace DataBright.Compute.Http;

/// <summary>
/// A scheduler elsewhere. Its base address is the scheduler's; the client's timeout must be longer than a poll may be held back.
/// </summary>
public sealed class HttpSchedulerWire(HttpClient http) : ISchedulerWire
{
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    public async Task<JobDomain> DomainAsync(CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "compute/domain");
        return await ReadAsync<JobDomain>(request, stop);
    }

    public async Task<Orders> PollAsync(SignedMessage poll, CancellationToken stop)
    {
        using var request = Request("poll", poll, Attachment.None);
        return await ReadAsync<Orders>(request, stop);
    }

    public Task CommitAsync(SignedMessage commit, CancellationToken stop) => SendAsync("commit", commit, Attachment.None, stop);

    public Task RevealAsync(SignedMessage reveal, Attachment finalState, CancellationToken stop) =>
        SendAsync("reveal", reveal, finalState, stop);

    public Task HeartbeatAsync(SignedMessage heartbeat, CancellationToken stop) => SendAsync("heartbeat", heartbeat, Attachment.None, stop);

    public Task AnswerAsync(SignedMessage answer, Attachment stateBefore, CancellationToken stop) =>
        SendAsync("answer", answer, stateBefore, stop);

    public async Task<Stream> FetchAsync(SignedMessage fetch, CancellationToken stop)
    {
        using var request = Request("fetch", fetch, Attachment.None);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        await RequireSuccessAsync(response, stop);
        return await response.Content.ReadAsStreamAsync(stop);
    }

    private async Task SendAsync(string route, SignedMessage message, Attachment attachment, CancellationToken stop)
    {
        using var request = Request(route, message, attachment);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        await RequireSuccessAsync(response, stop);
    }

    private async Task<T> ReadAsync<T>(HttpRequestMessage request, CancellationToken stop) where T : class
    {
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        await RequireSuccessAsync(response, stop);
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        var bytes = await Attachment.From(stream).ReadAsync(MaxAnswerBytes, stop);
        try
        {
            return CanonicalJson.Read<T>(bytes);
        }
        catch (JsonException fault)
        {
            throw new HttpRequestException($"{http.BaseAddress} did not answer as a scheduler does: {fault.Message}", fault);
        }
    }

    private async Task RequireSuccessAsync(HttpResponseMessage response, CancellationToken stop)
    {
        if (response.IsSuccessStatusCode) return;
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        var body = await Attachment.From(stream).ReadAsync(SignedMessage.MaxBytes, stop);
        throw (Exception?)RefusalProblem.Find(response.Content.Headers.ContentType?.MediaType, body)
            ?? new HttpRequestException($"{http.BaseAddress} answered {(int)response.StatusCode} {response.ReasonPhrase}.", null,
                response.StatusCode);
    }

    private static HttpRequestMessage Request(string route, SignedMessage message, Attachment attachment) =>
        new(HttpMethod.Post, $"compute/{route}") { Content = new FrameContent(message, attachment) };

    private sealed class FrameContent : HttpContent
    {
        private readonly SignedMessage _message;
        private readonly Attachment _attachment;

        public FrameContent(SignedMessage message, Attachment attachment)
        {
            (_message, _attachment) = (message, attachment);
            Headers.ContentType = new MediaTypeHeaderValue(SignedFrame.ContentType);
        }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
            SignedFrame.WriteAsync(stream, _message, _attachment, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context, CancellationToken stop) =>
            SignedFrame.WriteAsync(stream, _message, _attachment, stop);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
