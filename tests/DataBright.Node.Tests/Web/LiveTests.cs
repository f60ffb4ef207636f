using System.Net.ServerSentEvents;
using DataBright.Market;
using DataBright.Market.Proposals;

namespace DataBright.Node.Tests.Web;

public sealed class LiveTests(SampleNode node) : IClassFixture<SampleNode>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tally_is_sent_again_when_it_changes_and_the_stream_ends_when_the_vote_does()
    {
        var proposal = (await node.Market.Proposals.FindAsync(new ProposalId(6), Stop))!;
        await using var stream = await node.Http.GetStreamAsync("/proposals/6/live", Stop);
        await using var events = SseParser.Create(stream).EnumerateAsync(Stop).GetAsyncEnumerator(Stop);

        (await NextAsync(events)).ShouldSatisfyAllConditions(first => first.EventType.ShouldBe("tally"),
            first => first.Data.ShouldContain("230 shares"));

        // Nothing has changed, so it is read again and nothing is sent.
        while (node.Market.Proposals.Read.CurrentCount > 0) await node.Market.Proposals.Read.WaitAsync(Stop);
        node.Pulse.Beat();
        await node.Market.Proposals.Read.WaitAsync(Stop);
        node.Market.Proposals.Changed = proposal
            with { Summary = proposal.Summary with { Tally = proposal.Summary.Tally with { No = ShareAmount.Whole(777) } } };
        node.Pulse.Beat();
        (await NextAsync(events)).Data.ShouldContain("777 shares");

        node.Market.Proposals.Changed = proposal with { Summary = proposal.Summary with { State = ProposalState.Accepted } };
        node.Pulse.Beat();
        (await NextAsync(events)).Data.ShouldContain("Accepted");
        (await NextAsync(events)).EventType.ShouldBe("over");
        (await events.MoveNextAsync()).ShouldBeFalse();
        node.Market.Proposals.Changed = null;
    }

    [Fact]
    public async Task A_settled_job_is_sent_once()
    {
        await using var stream = await node.Http.GetStreamAsync("/jobs/9/live", Stop);
        var events = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(Stop)) events.Add(item);
        events.Select(item => item.EventType).ShouldBe(["progress", "over"]);
        events[0].Data.ShouldContain("tasks agreed");
        events[0].Data.ShouldNotContain("<html");
    }

    /// <summary>The vote is over and nobody has finalised it, which may never happen: nobody is kept waiting for that.</summary>
    [Fact]
    public async Task A_vote_whose_time_is_over_ends_the_stream_and_is_not_shown_as_open()
    {
        var proposal = (await node.Market.Proposals.FindAsync(new ProposalId(6), Stop))!;
        node.Market.Proposals.Changed = proposal with { Summary = proposal.Summary with { Over = true } };
        try
        {
            var events = await AllAsync("/proposals/6/live");
            events.Select(item => item.EventType).ShouldBe(["tally", "over"]);
            events[0].Data.ShouldContain("Voting over");
            var page = await node.Http.GetStringAsync("/proposals/6", Stop);
            page.ShouldContain("Voting over");
            page.ShouldNotContain("sse-connect");
        }
        finally
        {
            node.Market.Proposals.Changed = null;
        }
    }

    [Theory]
    [InlineData(false, true, "Overdue")]
    [InlineData(true, false, "Failed")]
    [InlineData(true, true, "Failed")]
    public async Task A_job_that_ended_otherwise_ends_the_stream_and_says_how(bool failed, bool overdue, string word)
    {
        (node.Market.Progress.Failed, node.Market.Jobs.Overdue) = (failed, overdue);
        try
        {
            var events = await AllAsync("/jobs/10/live");
            events.Select(item => item.EventType).ShouldBe(["progress", "over"]);
            events[0].Data.ShouldContain($">{word}<");
            (await node.Http.GetStringAsync("/jobs/10", Stop)).ShouldNotContain("sse-connect");
        }
        finally
        {
            (node.Market.Progress.Failed, node.Market.Jobs.Overdue) = (false, false);
        }
    }

    private async Task<List<SseItem<string>>> AllAsync(string path)
    {
        await using var stream = await node.Http.GetStreamAsync(path, Stop);
        var events = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(Stop)) events.Add(item);
        return events;
    }

    /// <summary>A proxy as it comes would hold events back until it has many of them.</summary>
    [Theory]
    [InlineData("GET", "/proposals/6/live")]
    [InlineData("HEAD", "/proposals/6/live")]
    [InlineData("GET", "/proposals/99/live")] // nothing to send
    [InlineData("GET", "/jobs/9/live")] // ended
    [InlineData("GET", "/jobs/10/live")]
    [InlineData("HEAD", "/jobs/10/live")]
    public async Task Every_stream_tells_proxies_to_hold_nothing_back(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, br");
        using var answer = await node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        answer.Headers.GetValues("X-Accel-Buffering").ShouldBe(["no"]);
        answer.Headers.CacheControl!.NoCache.ShouldBeTrue();
        answer.Content.Headers.ContentEncoding.ShouldBeEmpty("what is packed is held back until there is enough of it");
    }

    [Fact]
    public async Task What_is_not_there_has_no_stream_of_parts()
    {
        await using var stream = await node.Http.GetStreamAsync("/proposals/99/live", Stop);
        await foreach (var _ in SseParser.Create(stream).EnumerateAsync(Stop)) Assert.Fail("There is nothing to send.");
    }

    private static async Task<SseItem<string>> NextAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        do (await events.MoveNextAsync()).ShouldBeTrue();
        while (events.Current.EventType == "silence");
        return events.Current;
    }
}
