using System.CommandLine;
using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using DataBright.Cli.Home;
using DataBright.Cli.Terminal;
using DataBright.Compute;
using DataBright.Compute.Http;
using DataBright.Compute.Jobs;
using DataBright.Compute.Scheduler.State;
using DataBright.Market;

namespace DataBright.Cli.Access;

/// <summary>The node of a market's scheduler, which knows what happens inside jobs and where their files are.</summary>
internal sealed class SchedulerNode : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(300);

    private readonly HttpClient _http;

    public SchedulerNode(Uri at) => _http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = at, Timeout = Timeout.InfiniteTimeSpan };

    public static Option<Uri?> Option() => new("--market")
    {
        Description = "The node of the market's scheduler (default: the node that runs on the data folder)",
        HelpName = "URL",
        CustomParser = Parsing.By<Uri?>(Parsing.Url),
    };

    /// <summary>Null where none is named and none runs on the data folder.</summary>
    public static SchedulerNode? Find(Uri? named, HomeFolder home) => (named ?? RunningNode.Find(home)?.Address) is { } at ? new SchedulerNode(at) : null;

    public static SchedulerNode Require(Uri? named, HomeFolder home) => Find(named, home)
        ?? throw new Failure(ExitCode.Usage, $"Name the node of the job's scheduler with --market URL: none runs on {home.Root}.");

    /// <summary>What a settled job left behind; null where this scheduler does not know the job, or has not finished it.</summary>
    public async Task<JobResult?> ResultAsync(JobId job, CancellationToken stop)
    {
        using var answer = await _http.GetAsync($"compute/jobs/{job}/result", stop);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        if (!answer.IsSuccessStatusCode)
            throw (Exception?)RefusalProblem.Find(answer.Content.Headers.ContentType?.MediaType, body) ?? Strange($"answered {(int)answer.StatusCode}");
        return Read<JobResult>(body);
    }

    public async Task<JobResult> RequireResultAsync(JobId job, CancellationToken stop) => await ResultAsync(job, stop)
        ?? throw new Failure(ExitCode.NotFound, $"The scheduler at {_http.BaseAddress} has no result of job {job}; name the job's own scheduler with --market.");

    /// <summary>What has happened in a job and what happens next. A scheduler hears of a new job a moment after the ledger has it.</summary>
    public async IAsyncEnumerable<JobEvent> WatchAsync(JobId job, [EnumeratorCancellation] CancellationToken stop)
    {
        HttpResponseMessage answer;
        while ((answer = await _http.GetAsync($"compute/jobs/{job}/events", HttpCompletionOption.ResponseHeadersRead, stop)).StatusCode == HttpStatusCode.NotFound)
        {
            answer.Dispose();
            await Task.Delay(Glance, stop);
        }

        using var events = answer;
        if (!events.IsSuccessStatusCode)
            throw Strange($"answered {(int)events.StatusCode}");
        await using var stream = await events.Content.ReadAsStreamAsync(stop);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(stop))
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

    private HttpRequestException Strange(string what) => new($"{_http.BaseAddress} {what}.");
}
