using System.Net;
using System.Text.RegularExpressions;
using DataBright.Market.Datasets;

namespace DataBright.Node.Tests.Web;

public sealed partial class PageTests(SampleNode node) : IClassFixture<SampleNode>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Paths =>
    [
        "/", "/?q=clinics", "/?q=" + Uri.EscapeDataString(SampleMarket.Hostile), "/datasets/1", "/datasets/2", "/datasets/3", "/datasets/4",
        "/proposals", "/proposals?dataset=1",
        "/proposals/3", "/proposals/5", "/proposals/6", "/proposals/7", "/proposals/8", "/models",
        "/models/1", "/models/2", "/models/3", "/jobs", "/jobs/5", "/jobs/6", "/jobs/7", "/jobs/8", "/jobs/9",
        "/jobs/10", "/portfolio",
        "/portfolio/" + SampleMarket.Account(2), "/portfolio/" + SampleMarket.Account(99),
        .. SamplePart.All.SelectMany(part => part.Pages),
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_page_is_whole_without_script(string path)
    {
        using var response = await node.Http.GetAsync(path, Stop);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var html = await response.Content.ReadAsStringAsync(Stop);

        html.ShouldStartWith("<!DOCTYPE html>");
        html.ShouldContain("<html lang=\"en\">");
        html.ShouldContain("<title>");
        html.TrimEnd().ShouldEndWith("</html>");
        Count(html, "<h1").ShouldBe(1);
        foreach (var landmark in new[] { "<header", "<nav aria-label", "<main id=\"content\"", "<footer", "href=\"#content\"" })
            Count(html, landmark).ShouldBe(1, landmark);
        Count(html, "<table").ShouldBe(Count(html, "<caption"), "every table has a caption");
        Images().Matches(html).ShouldAllBe(image => image.Value.Contains("alt=\"", StringComparison.Ordinal));
        Drawings().Matches(html).ShouldAllBe(drawing => drawing.Value.Contains("aria-", StringComparison.Ordinal)
            || !drawing.Value.Contains("chart", StringComparison.Ordinal));
        var ids = Ids().Matches(html).Select(id => id.Groups[1].Value).ToArray();
        ids.ShouldBe(ids.Distinct(), "ids are unique");
        foreach (Match label in Labelled().Matches(html)) ids.ShouldContain(label.Groups[1].Value);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_page_loads_nothing_from_elsewhere_and_runs_nothing_of_a_stranger(string path)
    {
        using var response = await node.Http.GetAsync(path, Stop);
        var html = await response.Content.ReadAsStringAsync(Stop);

        html.ShouldNotContain("<script>");
        html.ShouldNotContain("<img src=x");
        html.ShouldNotContain("<u>");
        html.ShouldNotContain(" style=");
        html.ShouldNotContain("<style");
        html.ShouldNotContain("http://");
        html.ShouldNotContain("https://");
        html.ShouldNotContain("javascript:");
        Handlers().IsMatch(Quoted().Replace(html, "\"\"")).ShouldBeFalse("no event handlers in attributes");
        Scripts().Matches(html).ShouldAllBe(script => script.Value.StartsWith("<script src=\"/assets/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_not_what_is_announced_is_told_in_red_where_one_votes()
    {
        (await node.Http.GetStringAsync("/proposals/6", Stop)).ShouldNotContain("are announced");
        var proposal = (await node.Market.Proposals.FindAsync(new(6), Stop))!;
        node.Market.Proposals.Changed = proposal with { FileProblem = "Its file holds 3 points; 300 are announced." };
        try
        {
            var html = await node.Http.GetStringAsync("/proposals/6", Stop);
            html.ShouldContain("<p class=\"down\" role=\"alert\">Its file holds 3 points; 300 are announced.");
            var told = await node.Http.GetStringAsync("/api/v1/proposals/6", Stop);
            told.ShouldContain("\"fileProblem\":\"Its file holds 3 points; 300 are announced.\"");
        }
        finally
        {
            node.Market.Proposals.Changed = null;
        }
    }

    [Fact]
    public async Task A_job_page_has_its_plan_and_the_accuracy_after_each_round()
    {
        var html = await node.Http.GetStringAsync("/jobs/9", Stop);
        html.ShouldContain("<dt>Learning rate</dt><dd>0.02</dd>");
        html.ShouldContain("<th scope=\"row\">1</th><td class=\"n\">91.20 %</td>");
        html.ShouldContain("<th scope=\"row\">2</th><td class=\"n\">not known</td>");
    }

    [Fact]
    public async Task A_measured_proposal_says_what_shares_follow_and_what_was_counted()
    {
        var html = WebUtility.HtmlDecode(await node.Http.GetStringAsync("/proposals/3", Stop));
        html.ShouldContain("Shares follow the lower end of that interval: <strong class=\"down\">−2.40</strong> points.");
        html.ShouldContain("points were counted, no copy was left out. One measurement was posted.");
        (await node.Http.GetStringAsync("/proposals", Stop)).ShouldContain("<th scope=\"col\" class=\"n\">At least</th>");
    }

    [Fact]
    public async Task A_strangers_words_are_shown_as_they_are()
    {
        (await node.Http.GetStringAsync("/datasets/4", Stop)).ShouldContain(WebUtility.HtmlEncode("<script>alert(1)</script>"),
            Case.Sensitive);
        (await node.Http.GetStringAsync("/proposals/6", Stop)).ShouldContain("&lt;img src=x onerror=alert(2)&gt;");
    }

    [Fact]
    public async Task What_a_datasets_numbers_mean_is_shown_in_a_strangers_words_as_far_as_there_is_room()
    {
        var html = await node.Http.GetStringAsync("/datasets/4", Stop);
        html.ShouldContain(">cm</td>");
        html.ShouldContain("22 further columns.");
        html.ShouldContain("1 healthy");
        html.ShouldNotContain("<script>alert");
        (await node.Http.GetStringAsync("/datasets/3", Stop)).ShouldNotContain("id=\"columns\"", Case.Sensitive,
            "nobody said what its numbers mean");
    }

    [Fact]
    public async Task A_dataset_page_shows_what_each_contributor_brought_and_earned()
    {
        var html = await node.Http.GetStringAsync("/datasets/1", Stop);
        html.ShouldContain("brought \u002B8.53 percentage points to 2 models and earned $358.15".Replace("+", "&#x2B;",
            StringComparison.Ordinal));
        html.ShouldContain("brought an unmeasured gain to 2 models and earned $28.72");
        html.ShouldContain("There is more than was counted here");
        (await node.Http.GetStringAsync("/datasets/3", Stop)).ShouldNotContain("There is more than was counted here");
    }

    [Fact]
    public async Task A_dataset_page_has_every_rule_to_the_digit_and_names_the_curators()
    {
        var html = await node.Http.GetStringAsync("/datasets/2", Stop);
        html.ShouldContain("<dd>66.67 % yes</dd>");
        html.ShouldContain("<dt>Of it by use of points</dt><dd>50 % to contributors, the rest to shareholders</dd>");
        html.ShouldContain("<dt>Of what its models earn</dt><dd>20 % to shareholders</dd>");
        PolicyFields.All.Where(field => !html.Contains($"<dt>{field.Heading}</dt>", StringComparison.Ordinal)).Select(field => field.Name)
            .ShouldBeSubsetOf(["late-quorum", "reveal-period"], "two depend on how votes are taken");
        html[html.IndexOf("Judged by", StringComparison.Ordinal)..].ShouldContain($"/portfolio/{SampleMarket.Account(4)}");
        (await node.Http.GetStringAsync("/datasets/1", Stop)).ShouldNotContain("Judged by");
    }

    [Fact]
    public async Task A_model_page_asks_in_the_form_that_its_model_takes() =>
        (await node.Http.GetStringAsync("/models/3", Stop)).ShouldContain("--at WORKER --picture FILE");

    [Fact]
    public async Task A_settled_job_says_what_to_do_with_its_model_and_no_longer_when_it_is_refunded()
    {
        (await node.Http.GetStringAsync("/jobs/10", Stop)).ShouldContain("Refunded after");
        var settled = await node.Http.GetStringAsync("/jobs/9", Stop);
        settled.ShouldNotContain("Refunded after");
        settled.ShouldContain("Registered as");
        settled.ShouldContain("were of. $");
    }

    [Fact]
    public async Task A_job_page_shows_who_is_paid_for_use_and_how_far_that_is_settled()
    {
        (await node.Http.GetStringAsync("/jobs/9", Stop)).ShouldSatisfyAllConditions(
            html => html.ShouldContain("can be challenged"),
            html => html.ShouldContain("A challenge costs a bond of $50.00"),
            html => html.ShouldContain("databright usage challenge 9 --reason TEXT"),
            html => html.ShouldContain("70.0 %"),
            html => html.ShouldContain("$31.50"),
            html => html.ShouldContain($"/ipfs/{node.OpenShard}"));
        (await node.Http.GetStringAsync("/jobs/8", Stop)).ShouldSatisfyAllConditions(
            html => html.ShouldContain("The referee came to something else"),
            html => html.ShouldContain("$3.75 waits."),
            html => html.ShouldContain("&lt;img src=x onerror=alert(2)&gt;"));
        (await node.Http.GetStringAsync("/jobs/7", Stop)).ShouldSatisfyAllConditions(
            html => html.ShouldContain("cannot say who gets what"),
            html => html.ShouldContain("the money and both bonds wait"),
            html => html.ShouldNotContain("A challenge costs"));
        (await node.Http.GetStringAsync("/jobs/5", Stop)).ShouldContain("All of it is claimed.");
        (await node.Http.GetStringAsync("/jobs/6", Stop)).ShouldNotContain("Paid for the use");
    }

    [Fact]
    public async Task A_settled_job_divides_its_fee_into_shares_and_usage()
    {
        var html = await node.Http.GetStringAsync("/jobs/9", Stop);
        html.ShouldContain("received $5.00 as dividends; $45.00 goes to contributors");
        html.ShouldNotContain("received $50.00");
    }

    [Fact]
    public async Task A_request_page_says_what_is_wanted_what_is_paid_and_who_answered()
    {
        (await node.Http.GetStringAsync("/requests", Stop)).ShouldContain("Handwritten letters of the Greek alphabet");
        (await node.Http.GetStringAsync("/requests/1", Stop)).ShouldSatisfyAllConditions(
            html => html.ShouldContain("Data wanted, $0.05 a point"),
            html => html.ShouldContain("The pot, $400.00: $62.50 paid, $337.50 left or returned"),
            html => html.ShouldContain("Not letters, but have a look."));
        (await node.Http.GetStringAsync("/requests/2", Stop)).ShouldContain("&lt;img src=x onerror=alert(2)&gt;");
    }

    [Fact]
    public async Task A_model_page_says_what_to_send_what_it_pays_and_where_the_money_went()
    {
        var html = await node.Http.GetStringAsync("/models/3", Stop);
        html.ShouldContain("Reads digits. &lt;script&gt;");
        html.ShouldContain("CC BY 4.0");
        html.ShouldContain("databright model predict 3 --at WORKER");
        html.ShouldContain("POST /predictions/3 HTTP/1.1");
        html.ShouldContain("\"cumulative\": \"0.01\"");
        html.ShouldContain("Everything it earned, $182.40: $140.60 distributed, $41.80 waiting");
        html.ShouldContain("keeps 20 %");
        (await node.Http.GetStringAsync("/models/2", Stop)).ShouldSatisfyAllConditions(
            parent => parent.ShouldContain("It asks 10 % of what models made from it distribute."),
            parent => parent.ShouldContain("private, in an envelope"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/datasets/99")]
    [InlineData("/api/v1/datasets/1")]
    [InlineData("/api/v1/datasets/x")]
    [InlineData("/health")]
    [InlineData("/nothing")]
    public async Task Every_answer_tells_browsers_to_be_careful(string path)
    {
        using var response = await node.Http.GetAsync(path, Stop);
        string Header(string name) => response.Headers.GetValues(name).ShouldHaveSingleItem();
        var policy = Header("Content-Security-Policy");
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("script-src 'self'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        Header("X-Content-Type-Options").ShouldBe("nosniff");
        Header("X-Frame-Options").ShouldBe("DENY");
        Header("Referrer-Policy").ShouldBe("no-referrer");
        response.Headers.Contains("Server").ShouldBeFalse();
    }

    [Fact]
    public async Task The_page_of_the_interface_alone_has_a_policy_with_a_nonce_and_a_new_one_each_time()
    {
        var (first, second) = (await NonceAsync(), await NonceAsync());
        first.ShouldNotBe(second);
        using var script = await node.Http.GetAsync("/api/scalar.js", Stop);
        script.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        script.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldNotContain("nonce");

        async Task<string> NonceAsync()
        {
            using var response = await node.Http.GetAsync("/api/", Stop);
            var policy = response.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
            var found = System.Text.RegularExpressions.Regex.Match(policy, "script-src 'self' 'nonce-([0-9a-f]{32})';");
            found.Success.ShouldBeTrue(policy);
            policy.ShouldSatisfyAllConditions(
                said => said.ShouldStartWith("default-src 'none'; "), said => said.ShouldContain("connect-src 'self'; "),
                said => said.ShouldContain("frame-ancestors 'none'"));
            var html = await response.Content.ReadAsStringAsync(Stop);
            System.Text.RegularExpressions.Regex.Count(html, "<script")
                .ShouldBe(System.Text.RegularExpressions.Regex.Count(html, $"nonce=\"{found.Groups[1].Value}\""));
            html.ShouldNotContain("://", customMessage: "nothing is asked of another host");
            return found.Groups[1].Value;
        }
    }

    [Theory]
    [InlineData("/datasets/99", 404, "There is no dataset 99")]
    [InlineData("/datasets/%3Cscript%3E", 400, "is not the number of a dataset")]
    [InlineData("/portfolio/0xnobody", 400, "is not an account")]
    [InlineData("/proposals?cursor=x", 400, "cursor is not one of this list")]
    [InlineData("/nowhere", 404, "Nothing is at this address")]
    public async Task What_goes_wrong_is_said_on_a_page(string path, int status, string detail)
    {
        using var response = await node.Http.GetAsync(path, Stop);
        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        var html = await response.Content.ReadAsStringAsync(Stop);
        html.ShouldContain(detail);
        html.ShouldNotContain("<script>");
    }

    [Fact]
    public async Task Every_link_of_the_market_leads_somewhere()
    {
        var known = new HashSet<string> { "/" };
        var open = new Queue<string>(known);
        var broken = new List<string>();
        while (open.TryDequeue(out var path))
        {
            using var response = await node.Http.GetAsync(path, Stop);
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Redirect))
                broken.Add($"{path}: {(int)response.StatusCode}");
            if (response.Content.Headers.ContentType?.MediaType != "text/html") continue;
            foreach (Match link in Links().Matches(await response.Content.ReadAsStringAsync(Stop)))
            {
                var target = WebUtility.HtmlDecode(link.Groups[1].Value);
                if (!target.StartsWith('#') && !target.EndsWith("/live", StringComparison.Ordinal) && known.Add(target))
                    open.Enqueue(target);
            }
        }
        broken.ShouldBeEmpty();
        known.Count.ShouldBeGreaterThan(40);
    }

    [Fact]
    public async Task Long_lists_go_on_on_another_page()
    {
        var html = await node.Http.GetStringAsync("/api/v1/proposals?limit=3", Stop);
        var cursor = System.Text.Json.JsonDocument.Parse(html).RootElement.GetProperty("next").GetString();
        var second = await node.Http.GetStringAsync("/proposals?cursor=" + cursor, Stop);
        second.ShouldContain("/proposals/4\"");
        second.ShouldNotContain("/proposals/5\"");
    }

    [Fact]
    public async Task Assets_may_be_kept_for_ever_under_their_version_only()
    {
        var html = await node.Http.GetStringAsync("/", Stop);
        var css = Regex.Match(html, "href=\"(/assets/[^\"]+\\.css)\"").Groups[1].Value;
        using var kept = await node.Http.GetAsync(css, Stop);
        kept.Headers.CacheControl!.ToString().ShouldContain("immutable");
        kept.Content.Headers.ContentType!.MediaType.ShouldBe("text/css");
        using var old = await node.Http.GetAsync("/assets/0000/databright.css", Stop);
        old.Headers.CacheControl!.NoCache.ShouldBeTrue();
        (await node.Http.GetAsync("/assets/0000/..%2fsecret", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    [GeneratedRegex("<img [^>]*>")]
    private static partial Regex Images();

    [GeneratedRegex("<svg [^>]*>")]
    private static partial Regex Drawings();

    [GeneratedRegex(" id=\"([^\"]+)\"")]
    private static partial Regex Ids();

    [GeneratedRegex("(?:aria-labelledby|for)=\"([^\"]+)\"")]
    private static partial Regex Labelled();

    [GeneratedRegex("<[^>]* on[a-z]+=")]
    private static partial Regex Handlers();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex Scripts();

    [GeneratedRegex("(?:href|src)=\"([^\"]+)\"")]
    private static partial Regex Links();
}
