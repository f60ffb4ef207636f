using System.CommandLine;
using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using DataBright.Compute.Http;
using DataBright.Compute.Jobs;
using DataBright.Compute.Quotes;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.State;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Scheduler;
using DataBright.Storage;
using DataBright.Terminal;
using DataBright.Terminal.Home;

namespace DataBright.Cli.Access;

/// <summary>The node of a market's scheduler, which knows what happens inside jobs and where their files are.</summary>
internal sealed class SchedulerNode : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(300);

    /// <summary>Bytes of an answer, and of one event of a stream: what names itself a scheduler may be anything.</summary>
    private const int MaxAnswer = 1 << 26, MaxEvent = 1 << 20;

    private readonly HttpClient _http;

    public SchedulerNode(Uri at) =>
        _http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = at, Timeout = System.Threading.Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswer };

    /// <summary>Where it is, without what may be secret in it.</summary>
    private string Shown => ChainException.Shown(_http.BaseAddress!);

    public static Option<Uri?> Option() => new("--market")
    {
        Description = "The node of the market's scheduler (default: the node that runs on the data folder)",
        HelpName = "URL",
        CustomParser = Parsing.By<Uri?>(Parsing.Url),
    };

    /// <summary>Null where none is named and none runs on the data folder.</summary>
    public static SchedulerNode? Find(Uri? named, HomeFolder home) =>
        (named ?? RunningNode.Find(home)?.Address) is { } at ? new SchedulerNode(at) : null;

    public static SchedulerNode Require(Uri? named, HomeFolder home) => Find(named, home)
        ?? throw new Failure(ExitCode.Usage, $"Name the node of the job's scheduler with --market URL: none runs on {home.Root}.");

    /// <summary>What a settled job left behind; null where this scheduler does not know the job, or has not finished it.</summary>
    public async Task<JobOutput?> ResultAsync(JobId job, CancellationToken stop)
    {
        using var answer = await _http.GetAsync($"compute/jobs/{job}/result", stop);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        if (!answer.IsSuccessStatusCode)
            throw (Exception?)RefusalProblem.Find(answer.Content.Headers.ContentType?.MediaType, body)
                ?? Strange($"answered {(int)answer.StatusCode}");
        return Read<JobOutput>(body);
    }

    /// <summary>Who of those present would do a job; null where this node is no scheduler, or one that does not say.</summary>
    /// <exception cref="HttpRequestException">It does not answer, or not in time.</exception>
    public async Task<JobQuote?> QuoteAsync(JobPlan plan, Money pay, CancellationToken stop)
    {
        using var body = new ByteArrayContent(CanonicalJson.Write(new QuoteRequest(plan, pay)));
        body.Headers.ContentType = new("application/json");
        using var answer = await InTimeAsync(inner => _http.PostAsync("compute/quote", body, inner), stop);
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
            return null;
        return answer.IsSuccessStatusCode
            ? Read<JobQuote>(await answer.Content.ReadAsByteArrayAsync(stop)) : throw Strange($"answered {(int)answer.StatusCode}");
    }

    /// <summary>Where a job stands; null where this scheduler does not know it.</summary>
    public async Task<JobStanding?> StandingAsync(JobId job, CancellationToken stop)
    {
        using var answer = await InTimeAsync(inner => _http.GetAsync($"compute/jobs/{job}", inner), stop);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        return answer.IsSuccessStatusCode
            ? Read<JobStanding>(await answer.Content.ReadAsByteArrayAsync(stop)) : throw Strange($"answered {(int)answer.StatusCode}");
    }

    /// <summary>The keys of the sealed points that a training run was bought on, wrapped for its buyer.</summary>
    /// <exception cref="Failure">The node has none for this reader.</exception>
    public async Task<IReadOnlyList<GivenKey>> KeysAsync(JobId job, PublicKey buyer, CancellationToken stop)
    {
        using var answer = await InTimeAsync(
            inner => _http.GetAsync($"compute/jobs/{job}/keys?reader=0x{Convert.ToHexStringLower(buyer.ToCompressed())}", inner), stop);
        if (answer.IsSuccessStatusCode) return Read<IReadOnlyList<GivenKey>>(await answer.Content.ReadAsByteArrayAsync(stop));
        throw new Failure(answer.StatusCode == HttpStatusCode.NotFound ? ExitCode.NotFound : ExitCode.Refused,
            $"{Shown} gives no points of job {job}: {await ProblemAnswer.ReasonAsync(answer, stop)}");
    }

    /// <summary>Keeps a file of the node's store, checked against its address.</summary>
    public async Task FetchAsync(IBlobStore blobs, Cid file, CancellationToken stop)
    {
        using var answer =
            await InTimeAsync(inner => _http.GetAsync($"ipfs/{file}", HttpCompletionOption.ResponseHeadersRead, inner), stop);
        if (!answer.IsSuccessStatusCode) throw Strange($"answered {(int)answer.StatusCode} for {file}");
        await using var content = await answer.Content.ReadAsStreamAsync(stop);
        if (await blobs.PutAsync(content, stop) is var kept && kept.ToVersion1() != file.ToVersion1())
            throw Strange($"sent another file than {file}: {kept}");
    }

    /// <summary>Nobody waits for a node that takes a question and says nothing.</summary>
    private async Task<HttpResponseMessage> InTimeAsync(Func<CancellationToken, Task<HttpResponseMessage>> ask, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Timeout);
        try
        {
            return await ask(limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Strange($"did not answer within {Timeout.TotalSeconds:0} s");
        }
    }

    public async Task<JobOutput> RequireResultAsync(JobId job, CancellationToken stop) => await ResultAsync(job, stop)
        ?? throw new Failure(ExitCode.NotFound,
            $"The scheduler at {Shown} has no result of job {job}; name the job's own scheduler with --market.");

    /// <summary>
    /// What has happened in a job and what happens next. A scheduler hears of a new job a moment after the ledger has it.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="after">The number of the last event that is known; zero begins with the first.</param>
    /// <param name="stop">Cancels.</param>
    public async IAsyncEnumerable<JobEvent> WatchAsync(JobId job, long after, [EnumeratorCancellation] CancellationToken stop)
    {
        HttpResponseMessage answer;
        while ((answer = await _http.GetAsync($"compute/jobs/{job}/events?after={after}", HttpCompletionOption.ResponseHeadersRead,
            stop)).StatusCode == HttpStatusCode.NotFound)
        {
            answer.Dispose();
            await Task.Delay(Glance, stop);
        }

        using var events = answer;
        if (!events.IsSuccessStatusCode)
            throw Strange($"answered {(int)events.StatusCode}");
        await using var stream = await events.Content.ReadAsStreamAsync(stop);
        await using var bounded = new EventBound(stream, MaxEvent, () => Strange($"sends an event of more than {MaxEvent} bytes"));
        await foreach (var item in SseParser.Create(bounded).EnumerateAsync(stop))
            yield return Read<JobEvent>(System.Text.Encoding.UTF8.GetBytes(item.Data));
    }

    public void Dispose() => _http.Dispose();

    private T Read<T>(byte[] json) where T : class
    {
        try
        {
            return CanonicalJson.Read<T>(json);
        }
        catch (System.Text.Json.JsonException fault)
        {
            throw Strange($"did not answer as a scheduler does ({fault.Message.TrimEnd('.')})");
        }
    }

    private HttpRequestException Strange(string what) => new($"{Shown} {what}.");
}
