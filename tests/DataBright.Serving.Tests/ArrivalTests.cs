using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace DataBright.Serving.Tests;

/// <summary>Requests that do not arrive: they take no more memory than a few of them may, and keep nobody out for ever.</summary>
public sealed class ArrivalTests
{
    private const int MaxReading = 32;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task So_many_requests_arrive_at_a_time_and_others_are_told_to_ask_again()
    {
        await using var world = await PredictionWorld.OpenAsync();
        var at = new Uri(world.Http.BaseAddress!, $"predictions/{PredictionWorld.Model}");
        var halves = new List<HalfRequest>();
        try
        {
            for (var i = 1; i < MaxReading; i++) halves.Add(await HalfRequest.SendAsync(at, "application/json", Stop));
            await UntilAsync(world, HttpStatusCode.ServiceUnavailable,
                async () => halves.Add(await HalfRequest.SendAsync(at, "application/json", Stop)));
        }
        finally
        {
            foreach (var half in halves) half.Dispose();
        }

        await UntilAsync(world, HttpStatusCode.BadRequest);
    }

    /// <summary>
    /// Asks until the answer is this one: what is sent over sockets is with the other end some time later, and what asked took the place of
    /// one that arrived meanwhile, so before each question something may be done again.
    /// </summary>
    private static async Task UntilAsync(PredictionWorld world, HttpStatusCode wanted, Func<Task>? before = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            if (before is not null) await before();
            using var content = new StringContent("[]", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
            using var answer = await world.Http.PostAsync($"predictions/{PredictionWorld.Model}", content, patience.Token);
            if (answer.StatusCode == wanted) return;
            await Task.Delay(10, patience.Token);
        }
    }
}
