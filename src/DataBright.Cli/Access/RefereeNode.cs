using System.CommandLine;
using DataBright.Compute.Evaluations;
using DataBright.Market;
using DataBright.Storage;
using DataBright.Terminal;
using DataBright.Terminal.Home;

namespace DataBright.Cli.Access;

/// <summary>A referee, asked to sign what an evaluation came to, or that a model may be the best.</summary>
internal static class RefereeNode
{
    public static Option<Uri?> Option(string description = "The referee's URL (default: that of the node that runs on the data folder)") =>
        new("--referee")
    {
        Description = description,
        HelpName = "URL",
        CustomParser = Parsing.By<Uri?>(Parsing.Url),
    };

    public static Uri Require(Uri? named, HomeFolder home) => named ?? RunningNode.Find(home)?.Referee
        ?? throw new Failure(ExitCode.Usage, $"Name the referee with --referee URL: no node with one runs on {home.Root}.");

    /// <exception cref="Failure">The referee does not sign.</exception>
    public static Task<Attested> AttestAsync(Uri referee, JobId job, CancellationToken stop) =>
        AskAsync<Attested>(referee, $"referee/evaluations/{job}", stop);

    /// <inheritdoc cref="AttestAsync(Uri, JobId, CancellationToken)"/>
    public static Task<AttestedBest> AttestAsync(Uri referee, ModelId model, CancellationToken stop) =>
        AskAsync<AttestedBest>(referee, $"referee/best/{model}", stop);

    /// <summary>Longer than a referee may take.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(6);

    private static async Task<T> AskAsync<T>(Uri referee, string path, CancellationToken stop) where T : class
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = referee, MaxResponseContentBufferSize = 1 << 20,
            Timeout = Timeout };
        using var answer = await http.PostAsync(path, null, stop);
        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        try
        {
            if (answer.IsSuccessStatusCode)
                return CanonicalJson.Read<T>(body);
            using var problem = System.Text.Json.JsonDocument.Parse(body);
            throw new Failure(ExitCode.Refused, $"The referee does not sign: {problem.RootElement.GetProperty("detail").GetString()}");
        }
        catch (Exception strange) when (strange.IsUnreadable())
        {
            throw new HttpRequestException($"{referee} answered {(int)answer.StatusCode}, but not as a referee does.", strange);
        }
    }
}
