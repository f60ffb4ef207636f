using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Services.Uploads;

/// <summary>How far an upload is, in bytes.</summary>
public readonly record struct UploadProgress(long Sent, long Length);

/// <summary>Signs the requests of one uploader.</summary>
public sealed class UploadSigner(UploadStatements statements, IMessageSigner signer, TimeProvider clock)
{
    /// <exception cref="SignerException">A signer elsewhere did not sign.</exception>
    public Task<UploadPass> SignAsync(Uri url, string method, CancellationToken stop) =>
        statements.SignAsync(url.Authority, method, url.AbsolutePath, clock.GetUtcNow(), signer, stop);
}

/// <summary>
/// Sends files to a node, by tus 1.0.0. A connection that breaks is taken up where it broke; with <paramref name="begun"/> a program that
/// was ended goes on where it was. A file that the node has already is not sent again.
/// </summary>
/// <param name="http">Its base address is the node's; its timeout must be longer than a piece takes.</param>
/// <param name="signer">Null for a node on this machine that asks for no signature.</param>
/// <param name="begun">Remembers uploads between programs; null remembers none.</param>
/// <param name="clock">Waits between attempts.</param>
public sealed class UploadClient(HttpClient http, UploadSigner? signer, UploadsBegun? begun, TimeProvider clock)
{
    /// <summary>Attempts in a row that bring not one byte further.</summary>
    private const int MaxFailures = 6;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Bytes in one request: what is lost at most where a checksum does not fit.</summary>
    public int PieceBytes { get; init; } = 4 << 20;

    /// <summary>Sends a file and returns when the node has all of it under its address.</summary>
    /// <param name="file">Can be read from any place.</param>
    /// <param name="cid">Its address; the node finds it out for itself and must come to the same.</param>
    /// <param name="progress">Told after each piece.</param>
    /// <param name="stop">Cancels; what has arrived stays for the next time.</param>
    /// <exception cref="UploadFailedException">The node refuses the file, or it could not be reached often enough.</exception>
    public async Task SendAsync(Stream file, Cid cid, IProgress<UploadProgress>? progress, CancellationToken stop)
    {
        var run = new Run(file, cid, http.BaseAddress ?? throw new InvalidOperationException("The client needs the node's address."));
        for (int failures = 0; ; failures++)
        {
            long before = run.Offset;
            try
            {
                await SendRestAsync(run, progress, stop);
                return;
            }
            catch (Exception broken) when (IsPassing(broken, stop))
            {
                if (run.Offset > before) failures = 0;
                if (failures >= MaxFailures)
                    throw new UploadFailedException(
                        $"{http.BaseAddress} could not be reached {failures + 1} times in a row: {broken.Message} What has arrived is "
                        + "kept; run this again to go on.", broken);
                await Task.Delay(FirstPause * (1 << failures), clock, stop);
            }
        }
    }

    private sealed record Run(Stream File, Cid Cid, Uri Node)
    {
        public Uri? Upload { get; set; }

        public long Offset { get; set; }
    }

    private async Task SendRestAsync(Run run, IProgress<UploadProgress>? progress, CancellationToken stop)
    {
        long length = run.File.Length;
        bool isDone = await FindAsync(run, stop) ?? (await IsThereAsync(run, stop) || await CreateAsync(run, stop));
        progress?.Report(new UploadProgress(run.Offset, length));
        while (!isDone)
        {
            isDone = await SendPieceAsync(run, stop);
            progress?.Report(new UploadProgress(run.Offset, length));
        }
        begun?.Forget(run.Node, run.Cid);
    }

    private async Task<bool> IsThereAsync(Run run, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, $"ipfs/{run.Cid}");
        using var answer = await http.SendAsync(request, stop);
        if (answer.IsSuccessStatusCode) run.Offset = run.File.Length;
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Whether the upload that was begun before is done; null where there is none, or the node has forgotten it.</summary>
    private async Task<bool?> FindAsync(Run run, CancellationToken stop)
    {
        run.Upload ??= begun?.Find(run.Node, run.Cid);
        if (run.Upload is null) return null;
        using var answer = await AskAsync(HttpMethod.Head, run.Upload, null, null, stop);
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone
            || answer.IsSuccessStatusCode && Number(answer, UploadHeaders.Length) != run.File.Length)
        {
            run.Upload = null;
            begun?.Forget(run.Node, run.Cid);
            return null;
        }
        return await ReadAsync(run, answer, stop);
    }

    private async Task<bool> CreateAsync(Run run, CancellationToken stop)
    {
        using var answer = await AskAsync(HttpMethod.Post, new Uri(run.Node, UploadHeaders.Route), null, request =>
        {
            request.Headers.Add(UploadHeaders.Length, run.File.Length.ToString(CultureInfo.InvariantCulture));
            request.Headers.Add(UploadHeaders.Metadata,
                $"{UploadHeaders.CidKey} {Convert.ToBase64String(Encoding.ASCII.GetBytes(run.Cid.ToString()))}");
        }, stop);
        if (answer.StatusCode == HttpStatusCode.Created && answer.Headers.Location is { } location
            && new Uri(run.Node, location) is var url)
        {
            // A node may not send a client, or its signatures, anywhere else.
            if (url.Authority != run.Node.Authority || url.Scheme != run.Node.Scheme)
                throw new UploadFailedException($"{run.Node} names a place of another host for the upload: {url.Authority}.");
            run.Upload = url;
            begun?.Remember(run.Node, run.Cid, url);
        }
        return await ReadAsync(run, answer, stop);
    }

    private async Task<bool> SendPieceAsync(Run run, CancellationToken stop)
    {
        var piece = new byte[(int)Math.Min(PieceBytes, run.File.Length - run.Offset)];
        run.File.Position = run.Offset;
        await run.File.ReadExactlyAsync(piece, stop);
        using var content = new ByteArrayContent(piece);
        content.Headers.ContentType = new MediaTypeHeaderValue(UploadHeaders.ContentType);
        using var answer = await AskAsync(HttpMethod.Patch, run.Upload!, content, request =>
        {
            request.Headers.Add(UploadHeaders.Offset, run.Offset.ToString(CultureInfo.InvariantCulture));
            request.Headers.Add(UploadHeaders.Checksum, $"sha256 {Convert.ToBase64String(SHA256.HashData(piece))}");
        }, stop);
        return await ReadAsync(run, answer, stop);
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, Uri url, HttpContent? content, Action<HttpRequestMessage>? furnish,
        CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        request.Headers.Add(UploadHeaders.Resumable, UploadHeaders.Version);
        if (signer is not null)
            request.Headers.TryAddWithoutValidation("Authorization", (await signer.SignAsync(url, method.Method, stop)).ToHeader());
        furnish?.Invoke(request);
        return await http.SendAsync(request, stop);
    }

    /// <summary>Notes how far the node is; true where it has the whole file, and under the address that we found.</summary>
    private static async Task<bool> ReadAsync(Run run, HttpResponseMessage answer, CancellationToken stop)
    {
        if (!answer.IsSuccessStatusCode)
        {
            // The node is ahead or behind, or still busy with a piece whose connection broke: asking again tells.
            var why = await DetailAsync(answer, stop);
            const int ChecksumMismatch = 460;
            if (answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.Locked or HttpStatusCode.RequestTimeout
                or >= HttpStatusCode.InternalServerError and not HttpStatusCode.InsufficientStorage
                || (int)answer.StatusCode == ChecksumMismatch)
                throw new HttpRequestException(why, null, answer.StatusCode);
            throw new UploadFailedException($"{run.Node} does not take the file: {why}");
        }
        run.Offset = Number(answer, UploadHeaders.Offset) is { } offset && offset >= 0 && offset <= run.File.Length ? offset
            : answer.StatusCode == HttpStatusCode.Created ? 0
            : throw new UploadFailedException($"{run.Node} does not say how far the upload is, as tus asks.");
        if (run.Offset < run.File.Length) return false;
        var path = answer.Headers.TryGetValues(UploadHeaders.Path, out var values) ? values.FirstOrDefault() : null;
        return path is null ? throw new UploadFailedException($"{run.Node} has all bytes and names no address for them.")
            : path == $"/ipfs/{run.Cid.ToVersion1()}" ? true
            : throw new UploadFailedException($"{run.Node} names the file {path}; it is {run.Cid}.");
    }

    private static async Task<string> DetailAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        const int LongestBody = 64 * 1024;
        var plain = $"it answered {(int)answer.StatusCode} {answer.ReasonPhrase}.";
        if (!MediaType.Is(answer.Content.Headers.ContentType?.ToString(), MediaType.Problem)
            || answer.Content.Headers.ContentLength > LongestBody) return plain;
        try
        {
            await answer.Content.LoadIntoBufferAsync(LongestBody, stop);
            using var problem = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(stop));
            return problem.RootElement.TryGetProperty("detail", out var detail) && detail.ValueKind == JsonValueKind.String
                ? detail.GetString()! : plain;
        }
        catch (Exception strange) when (strange is HttpRequestException || strange.IsUnreadable())
        {
            return plain;
        }
    }

    private static long? Number(HttpResponseMessage answer, string header) =>
        answer.Headers.TryGetValues(header, out var values)
            && long.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static bool IsPassing(Exception broken, CancellationToken stop) => broken switch
    {
        UploadFailedException => false,
        OperationCanceledException => !stop.IsCancellationRequested,
        _ => broken is HttpRequestException or IOException,
    };
}

/// <summary>A file could not be brought to a node. The message says why and what to do.</summary>
public sealed class UploadFailedException(string message, Exception? cause = null)
    : DataBrightException(FailureKind.Unavailable, message, cause);
