using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DataBright.Ethereum;
using Microsoft.Data.Sqlite;

namespace DataBright.Node.Tests.Hostile;

/// <summary>
/// A node whose discussion cannot be written says so in one sentence, keeps answering everything else, and goes on by itself.
/// </summary>
public sealed class HeldDiscussionTests : IAsyncLifetime
{
    private readonly SampleNode _node = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _node.InitializeAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task A_comment_gets_503_with_what_to_do_and_is_taken_when_the_file_is_free()
    {
        using (var other = new SqliteConnection($"Data Source={_node.Discussion.Path};Pooling=False"))
        {
            other.Open();
            using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            begin.ExecuteNonQuery();

            using var refused = await SayAsync();
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Stop);
            problem.GetProperty("detail").GetString().ShouldSatisfyAllConditions(
                detail => detail!.ShouldContain("discussion.db"), detail => detail!.ShouldContain("Another process holds it"),
                detail => detail!.ShouldNotContain("   at "));

            using var ready = await _node.Http.GetAsync("/ready", Stop);
            ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await ready.Content.ReadAsStringAsync(Stop)).ShouldContain("discussion.db");
            (await _node.Http.GetAsync("/health", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await _node.Http.GetAsync("/proposals/6", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK, "what was said can be read");
        }

        using var taken = await SayAsync();
        taken.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _node.Http.GetAsync("/ready", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<HttpResponseMessage> SayAsync()
    {
        var key = SampleMarket.Key(2);
        using var drafted = await _node.Http.PostAsJsonAsync("/api/v1/proposals/6/comments/typed-data",
            new { author = key.Address, text = "And when?" }, Stop);
        if (!drafted.IsSuccessStatusCode)
            return await _node.Http.PostAsJsonAsync("/api/v1/proposals/6/comments/typed-data",
                new { author = key.Address, text = "And when?" }, Stop);
        var typed = await drafted.Content.ReadFromJsonAsync<JsonElement>(Stop);
        var at = long.Parse(typed.GetProperty("message").GetProperty("at").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        return await _node.Http.PostAsJsonAsync(
            "/api/v1/proposals/6/comments", new { author = key.Address, text = "And when?", at,
                signature = key.Sign(TypedData.Parse(typed.GetRawText()).Digest).ToString() }, Stop);
    }
}
