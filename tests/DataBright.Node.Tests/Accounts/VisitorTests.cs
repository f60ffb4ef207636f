using DataBright.Ethereum;

namespace DataBright.Node.Tests.Accounts;

/// <summary>What pages offer to whom. The cookie of a wallet proves nothing: it only says whose facts to show.</summary>
public sealed class VisitorTests(SampleNode node) : IClassFixture<SampleNode>
{
    private static readonly Address Ada = SampleMarket.Account(2), Ben = SampleMarket.Account(3), Cleo = SampleMarket.Account(4),
        Buyer = SampleMarket.Account(6);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_is_nobody_yet_is_shown_the_way()
    {
        var html = await PageAsync("/proposals/6", null);
        html.ShouldContain("/account?from=%2Fproposals%2F6");
        html.ShouldContain("databright proposal vote 6 --choice yes");
        html.ShouldNotContain("data-wallet=");
        (await PageAsync("/account", null)).ShouldNotContain("password");
    }

    [Theory]
    [InlineData("/proposals/6", "/proposals/6")]
    [InlineData("/datasets/1?q=gr%C3%BC%C3%9Fe", "/datasets/1?q=gr%C3%BC%C3%9Fe")]
    [InlineData("/pröposals", "/account")]
    [InlineData("/proposals 6", "/account")]
    [InlineData("//elsewhere.example", "/account")]
    public void A_page_to_go_back_to_is_one_that_a_header_can_have(string from, string kept) =>
        DataBright.Node.Accounts.AccountRoutes.Local(from).ShouldBe(kept);

    [Fact]
    public async Task Who_may_vote_sees_the_weight_and_who_may_not_sees_why()
    {
        (await PageAsync("/proposals/6", Cleo)).ShouldSatisfyAllConditions(
            html => html.ShouldContain("24.0 % of all"),
            html => html.ShouldContain($"data-act=\"vote\" data-wallet=\"{Cleo}\""));
        (await PageAsync("/proposals/6", Ada)).ShouldContain("You have voted. A vote cannot be changed.");
        (await PageAsync("/proposals/6", Ben)).ShouldContain("This account held no shares of the dataset when the proposal opened");
        (await PageAsync("/proposals/5", Cleo)).ShouldNotContain("data-act=\"vote\"");
    }

    [Fact]
    public async Task Only_ones_own_portfolio_offers_to_claim()
    {
        (await PageAsync($"/portfolio/{Ada}", Ada)).ShouldContain("data-act=\"claim-all\"");
        (await PageAsync($"/portfolio/{Ada}", Ben)).ShouldNotContain("data-act=");
        using var answer = await GetAsync("/portfolio", Ada);
        answer.Headers.Location!.ToString().ShouldBe($"/portfolio/{Ada}");
    }

    [Fact]
    public async Task A_portfolio_lists_all_that_is_owed_and_what_is_not_yet_claimable()
    {
        (await PageAsync($"/portfolio/{Ada}", Ben)).ShouldSatisfyAllConditions(
            html => html.ShouldContain("Owed now: $31.33"),
            html => html.ShouldContain("$21.33", customMessage: "a wage"),
            html => html.ShouldContain("<a href=\"/proposals/4\">proposal 4</a>"),
            html => html.ShouldContain("Not yet claimable"),
            html => html.ShouldContain("the worker leaves; until then it can be slashed"));
        (await PageAsync($"/portfolio/{Ben}", Ben)).ShouldNotContain("Owed now");
    }

    [Fact]
    public async Task A_portfolio_counts_what_points_earned_by_use_and_offers_what_can_be_claimed_of_it()
    {
        var html = await PageAsync($"/portfolio/{Ada}", Ada);
        html.ShouldContain("$81.25 by shares, $3.75 by use of points");
        html.ShouldContain(">$85.00<");
        html.ShouldContain("$31.50", customMessage: "what can be challenged still is told too");
        html.Split("data-act=\"claim-usage\"").Length.ShouldBe(2, "one of the two can be claimed");
        (await PageAsync($"/portfolio/{Ada}", Ben)).ShouldContain("$31.50");
    }

    [Fact]
    public async Task A_contributor_is_offered_what_its_points_earned()
    {
        (await PageAsync("/jobs/8", Ben)).ShouldContain("Claim your $3.75");
        (await PageAsync("/jobs/8", Ada)).ShouldNotContain("Claim your");
    }

    [Fact]
    public async Task A_buyer_is_offered_to_close_its_own_channel()
    {
        (await PageAsync("/models/3", Buyer)).ShouldContain("data-act=\"begin-closing\"");
        (await PageAsync("/models/3", Ben)).ShouldNotContain("data-act=\"begin-closing\"");
    }

    [Theory]
    [InlineData("0x12")]
    [InlineData("\"><script>alert(1)</script>aaaaaaaaaaaaaaaa")]
    [InlineData("0xzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public async Task A_cookie_that_is_no_account_is_nobody(string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/proposals/6");
        request.Headers.Add("Cookie", "account=" + Uri.EscapeDataString(cookie));
        using var answer = await node.Http.SendAsync(request, Stop);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldNotContain("data-wallet=");
    }

    private async Task<string> PageAsync(string path, Address? account)
    {
        using var answer = await GetAsync(path, account);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, Address? account)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (account is { } known) request.Headers.Add("Cookie", $"account={known}");
        return await node.Http.SendAsync(request, Stop);
    }
}
