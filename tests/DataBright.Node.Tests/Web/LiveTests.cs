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
        var proposal = (await node.Market.ProposalAsync(new ProposalId(6), Stop))!;
        await using var stream = await node.Http.GetStreamAsync("/proposals/6/live", Stop);
        await using var events = SseParser.Create(stream).EnumerateAsync(Stop).GetAsyncEnumerator(Stop);

        (await NextAsync(events)).ShouldSatisfyAllConditions(first => first.EventType.ShouldBe("tally"), first => first.Data.ShouldContain("230 shares"));

        // Nothing has changed, so it is read again and nothing is sent.
        while (node.Market.ProposalRead.CurrentCount > 0) await node.Market.ProposalRead.WaitAsync(Stop);
        node.Pulse.Beat();
        await node.Market.ProposalRead.WaitAsync(Stop);
        node.Market.Changed = proposal with { Summary = proposal.Summary with { Tally = proposal.Summary.Tally with { No = ShareAmount.Whole(777) } } };
        node.Pulse.Beat();
        (await NextAsync(events)).Data.ShouldContain("777 shares");

        node.Market.Changed = proposal with { Summary = proposal.Summary with { State = ProposalState.Accepted } };
        node.Pulse.Beat();
        (await NextAsync(events)).Data.ShouldContain("Accepted");
        (await NextAsync(events)).EventType.ShouldBe("over");
        (await events.MoveNextAsync()).ShouldBeFalse();
        node.Market.Changed = null;
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
