using System.Net;
using System.Text.Json;
using DataBright.Compute.Evaluations;
using DataBright.Failures;
using DataBright.Market;
using DataBright.Node.Configuration;
using DataBright.Node.Rest;
using DataBright.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DataBright.Node.Scheduler;

/// <summary>
/// What a referee signs of evaluations: this node's own where it has that role, or the one that it names. Each job is read once, whoever
/// asks.
/// </summary>
internal sealed class SignedEvaluations(EvaluationAttestor? own, Uri? referee, TimeProvider clock)
{
    private const int AtOnce = 2;
    private const int MaxAnswer = 1 << 20;
    private const int MaxReason = 400;

    /// <summary>The chain may take a job back: what was signed of it before is not told for long.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5), Timeout = TimeSpan.FromMinutes(6);

    private readonly AnswerCache<JobId, Attested> _signed = new(clock, Fresh, AtOnce);

    public static void AddTo(IServiceCollection services, NodeOptions options) =>
        services.TryAddSingleton(provider => new SignedEvaluations(
            provider.GetService<EvaluationAttestor>(), options.Referee, provider.GetService<TimeProvider>() ?? TimeProvider.System));

    /// <exception cref="AttestationRefusedException">The job is not a settled evaluation, or its files do not fit.</exception>
    /// <exception cref="InvalidRequestException">This node knows no referee, or the referee does not answer.</exception>
    /// <exception cref="BlobException">The job's files are not here.</exception>
    public Task<Attested> GetAsync(JobId job, CancellationToken stop) => _signed.GetAsync(job, () => MakeAsync(job), stop);

    private Task<Attested> MakeAsync(JobId job) => (own, referee) switch
    {
        ({ } attestor, _) => TimeLimit.RunAsync(
            Limit, clock, "Reading the evaluation", inner => attestor.AttestAsync(job, inner), CancellationToken.None),
        (null, { } node) => AskAsync(node, job),
        _ => throw new InvalidRequestException("job",
            "This node knows no referee. Post it at a node that has one, or from the command line."),
    };

    private static async Task<Attested> AskAsync(Uri node, JobId job)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        { MaxResponseContentBufferSize = MaxAnswer, Timeout = Timeout };
        try
        {
            using var answer = await http.PostAsync(new Uri($"{node.AbsoluteUri.TrimEnd('/')}/referee/evaluations/{job}"), null);
            var body = await answer.Content.ReadAsByteArrayAsync();
            if (answer.IsSuccessStatusCode && CanonicalJson.Read<Attested>(body) is var attested && attested.Signed.Statement.Job == job)
                return attested;
            // Only a conflict is the referee's last word; whoever is busy or away may sign later.
            if (answer.StatusCode == HttpStatusCode.Conflict && Reason(body) is { } reason) throw new AttestationRefusedException(reason);
            throw Away(node);
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException || away.IsUnreadable())
        {
            throw Away(node);
        }
    }

    private static string? Reason(byte[] body)
    {
        using var problem = JsonDocument.Parse(body);
        return problem.RootElement.TryGetProperty("detail", out var detail) && detail.GetString() is { } text
            ? text[..Math.Min(text.Length, MaxReason)] : null;
    }

    private static InvalidRequestException Away(Uri node) =>
        new("job", $"The referee at {node} does not answer now. Try again later.");
}
