using System.Net;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using DataBright.Market;
using DataBright.Services.Discussion;

namespace DataBright.Node.Tests.Discussion;

public sealed partial class DiscussionPageTests(SampleNode node) : IClassFixture<SampleNode>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thread_is_shown_with_its_answers_its_earlier_wordings_and_what_was_hidden()
    {
        var html = await node.Http.GetStringAsync("/proposals/6", Stop);
        html.ShouldContain(">Discussion, 6 comments<");
        Depths(html).ShouldBe(["0", "1", "2", "0", "0", "0"]);
        html.ShouldContain("Forty-two pupils of one school");
        html.ShouldContain("<summary>Earlier wordings: 1</summary>");
        html.ShouldContain("Forty pupils of one school");
        html.ShouldContain("Hidden by shareholders: 3\u202F480 shares to hide it".Replace("\u202F", "&#x202F;", StringComparison.Ordinal));
        html.IndexOf("Never mind this one", StringComparison.Ordinal)
            .ShouldBeGreaterThan(html.IndexOf("Hidden by shareholders", StringComparison.Ordinal),
                "its words can be had, but are folded away");
        Folded().Match(html).Value.ShouldContain("Never mind this one");
    }

    [Fact]
    public async Task A_votes_reason_leads_to_the_comment_it_rests_on_and_back()
    {
        var html = await node.Http.GetStringAsync("/proposals/6", Stop);
        html.ShouldContain($"href=\"#comment-{SampleDiscussion.Anchored}\"");
        html.ShouldContain($"id=\"comment-{SampleDiscussion.Anchored}\"");
        html.ShouldNotContain("comment:0x", Case.Insensitive, "the anchor is a link, not words");
        html.ShouldContain("Named in the vote of");
        html.ShouldContain("Too few fours.");
    }

    [Fact]
    public async Task A_long_discussion_is_shown_in_parts()
    {
        var proposal = new ProposalId(3);
        foreach (int author in new[] { 2, 3, 4 })
            for (int i = 0; i < 18; i++) await SayAsync(proposal, author, $"{author} says {i}.");
        var first = await node.Http.GetStringAsync("/proposals/3", Stop);
        Depths(first).Count.ShouldBe(50);
        var next = WebUtility.HtmlDecode(NextLink().Match(first).Groups[1].Value);
        var second = await node.Http.GetStringAsync(next, Stop);
        Depths(second).Count.ShouldBe(4);
        Ids(first).Intersect(Ids(second)).ShouldBeEmpty();
    }

    public static TheoryData<string> Poison =>
    [
        "<script>alert(1)</script>", "</p></li></ol></section><h1>Accepted</h1>", "\" onmouseover=\"alert(1)", "javascript:alert(1)",
        "https://example.org/<a href=x>", "data:text/html,<b>x",
        "&lt;b&gt; &#60;b&#62;", "{{constructor}}", "@(1+1)", "z\u0335\u0335\u0335\u0335\u0335\u0335a\u0335l\u0335g\u0335o",
        "\u200F\u200E\u0645\u0631\u062D\u0628\u0627 abc", new string('x', 8_192), string.Concat(Enumerable.Repeat("\n", 4_000)) + "x",
        "\u0000", "\u202Eesrever", "\u2067hidden\u2069", new string('x', 2_000_000),
    ];

    /// <summary>Some of it is refused, some is taken; none of it is ever more than text.</summary>
    [Theory]
    [MemberData(nameof(Poison))]
    public async Task Poisoned_words_are_text_or_nothing(string words)
    {
        var said = false;
        try
        {
            await SayAsync(new ProposalId(1), 2, words);
            said = true;
        }
        catch (CommentRefusedException refused)
        {
            refused.Rule.ShouldBe(DiscussionRule.TextInvalid);
        }

        var html = await node.Http.GetStringAsync("/proposals/1", Stop);
        var shown = Regex.Matches(html, "<p class=\"said\" dir=\"auto\">([^<]*)</p>")
            .Select(match => WebUtility.HtmlDecode(match.Groups[1].Value));
        shown.Contains(words).ShouldBe(said, "the words, all of them, and nothing but text");
        Regex.Count(html, "<p class=\"said\"").ShouldBe(shown.Count());
        Regex.Count(html, "<h1").ShouldBe(1);
        html.ShouldNotContain("<script>");
        html.ShouldNotContain("href=\"javascript:");
        html.ShouldNotContain("href=\"https:");
        html.ShouldNotContain(" onmouseover=\"");
        html.ShouldNotContain("\u202E");
    }

    [Fact]
    public async Task An_open_review_says_who_has_committed_and_shows_no_tally_of_shares()
    {
        var html = await node.Http.GetStringAsync("/proposals/8", Stop);
        html.ShouldContain(">Blind review<");
        html.ShouldContain("Committed: 2 of 3. Shown: 1.");
        html.ShouldContain("Curators show their judgements.");
        html.ShouldContain("not known before two judgements are shown");
        html.ShouldContain("Shareholders are not asked unless one of them appeals.");
        html.ShouldNotContain("<dt>Turnout</dt>");
        var words = Regex.Matches(html, "<span class=\"state (good|bad|open|quiet)\">(Yes|No|Committed|Waiting)</span>")
            .Select(match => match.Groups[2].Value);
        words.ShouldBe(["Committed", "Yes", "Waiting"]);
    }

    [Fact]
    public async Task A_review_that_was_appealed_stays_on_record()
    {
        var html = await node.Http.GetStringAsync("/proposals/5", Stop);
        html.ShouldContain("appealed: all shareholders decide instead");
        html.ShouldContain("<dd>1 of 2 judgements</dd>");
        html.ShouldContain("<dt>Pairs of curators who agree</dt><dd>0 %</dd>");
        html.ShouldContain(HtmlEncoder.Default.Encode(SampleMarket.Hostile)[..30]);
        html.ShouldContain("<dt>Turnout</dt>");
        (await node.Http.GetStringAsync("/proposals/6", Stop)).ShouldNotContain("Blind review");
    }

    private Task<ThreadComment> SayAsync(ProposalId proposal, int author, string text)
    {
        var key = SampleMarket.Key(author);
        var discussion = node.Discussion.Now;
        return discussion.SayAsync(discussion.Statements.Sign(new Comment(proposal, key.Address, null, null, text, SampleMarket.Now),
            key), Stop);
    }

    private static List<string> Depths(string html) => [.. Comments().Matches(html).Select(match => match.Groups[1].Value)];

    private static List<string> Ids(string html) => [.. Comments().Matches(html).Select(match => match.Groups[2].Value)];

    [GeneratedRegex("<li class=\"comment d([0-9])\" id=\"comment-(0x[0-9a-f]{64})\"")]
    private static partial Regex Comments();

    [GeneratedRegex("<a href=\"([^\"]+)\" rel=\"next\">Later comments")]
    private static partial Regex NextLink();

    [GeneratedRegex("<details class=\"hidden-words\">.*?</details>", RegexOptions.Singleline)]
    private static partial Regex Folded();
}
