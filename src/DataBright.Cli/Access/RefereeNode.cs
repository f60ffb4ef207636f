using System.CommandLine;
using DataBright.Cli.Home;
using DataBright.Cli.Terminal;
using DataBright.Compute;
using DataBright.Compute.Evaluations;
using DataBright.Market;

namespace DataBright.Cli.Access;

/// <summary>A referee, asked to sign what an evaluation came to.</summary>
internal static class RefereeNode
{
    public static Option<Uri?> Option(string description = "The referee's URL (default: that of the node that runs on the data folder)") => new("--referee")
    {
        Description = description,
        HelpName = "URL",
        CustomParser = Parsing.By<Uri?>(Parsing.Url),
    };

    public static Uri Require(Uri? named, HomeFolder home) => named ?? RunningNode.Find(home)?.Referee
        ?? throw new Failure(ExitCode.Usage, $"Name the referee with --referee URL: no node with one runs on {home.Root}.");

    /// <exception cref="Failure">The referee does not sign.</exception>
    public static async Task<Attested> AttestAsync(Uri referee, JobId job, CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = referee };
        using var answer = await http.PostAsync($"referee/evaluations/{job}", null, stop);
        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        try
        {
            if (answer.IsSuccessStatusCode)
                return CanonicalJson.Read<Attested>(body);
            using var problem = System.Text.Json.JsonDocument.Parse(body);
            throw new Failure(ExitCode.Refused, $"The referee does not sign: {problem.RootElement.GetProperty("detail").GetString()}");
        }
        catch (Exception strange) when (strange is System.Text.Json.JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new HttpRequestException($"{referee} answered {(int)answer.StatusCode}, but not as a referee does.", strange);
        }
    }
}
