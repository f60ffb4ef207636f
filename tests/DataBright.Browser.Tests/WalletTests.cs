using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using Microsoft.Playwright;

namespace DataBright.Browser.Tests;

/// <summary>People act with a wallet: the node says what to sign, the wallet signs, the ledger has it and the page shows it.</summary>
public sealed class WalletTests(Chromium chromium, BrowserTestMarket town)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_connects_a_wallet_sees_their_own_portfolio(bool announced)
    {
        var wallet = new Wallet(town, town.Anna.Key);
        await using var visit = await Visit.OpenAsync(chromium, town, wallet, announced: announced, connected: false);
        await visit.GoAsync("/account");
        await visit.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("Connect") }).ClickAsync();
        await Assertions.Expect(visit.Page).ToHaveURLAsync(new Uri(town.Node.Address, $"/portfolio/{wallet.Address}").ToString());

        await visit.GoAsync("/portfolio");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("What you own and are owed");
        (await visit.CookiesAsync()).ShouldContain($"account={wallet.Address}");
        visit.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_vote_with_a_reason_is_on_the_ledger_and_on_the_page()
    {
        var proposal = await town.ProposeAsync(town.Digits, Stop);
        var wallet = new Wallet(town, town.Anna.Key);
        await using var visit = await Visit.OpenAsync(chromium, town, wallet);
        await visit.GoAsync($"/proposals/{proposal}");
        // Other tests mint shares in this town too.
        var supply = await town.Ledger.Shares.SupplyAtAsync(town.Digits,
            (await town.Ledger.Proposals.FindAsync(proposal, Stop))!.Snapshot, Stop);
        var part = 100.0 * (double)ShareAmount.Whole(100).Units / (double)supply.Units;
        await Assertions.Expect(visit.Page.Locator(".ballot"))
            .ToContainTextAsync(FormattableString.Invariant($"You vote with 100 shares, {part:0.0} % of all."));

        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "Yes" }).CheckAsync();
        await visit.Page.GetByLabel("Why").FillAsync("Clear strokes & no “twos” among the sevens");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Vote", Exact = true }).ClickAsync();

        await Assertions.Expect(visit.Word).ToContainTextAsync($"You voted yes on proposal {proposal}.");
        await Assertions.Expect(visit.Page.Locator("td.reason")).ToHaveTextAsync("Clear strokes & no “twos” among the sevens");
        await Assertions.Expect(visit.Page.Locator(".ballot")).ToContainTextAsync("You have voted.");
        (await town.Ledger.Proposals.FindAsync(proposal, Stop))!.Yes.ShouldBe(ShareAmount.Whole(100));
        wallet.Sent.Count.ShouldBe(1);
        visit.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_declines_in_the_wallet_has_done_nothing_and_can_try_again()
    {
        var proposal = await town.ProposeAsync(town.Digits, Stop);
        var wallet = new Wallet(town, town.Anna.Key) { Declines = true };
        await using var visit = await Visit.OpenAsync(chromium, town, wallet);
        await visit.GoAsync($"/proposals/{proposal}");
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "No" }).CheckAsync();
        var vote = visit.Page.GetByRole(AriaRole.Button, new() { Name = "Vote", Exact = true });
        await vote.ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".ballot .act-word"))
            .ToHaveTextAsync("You declined in the wallet; nothing more was sent.");
        (await town.Ledger.Proposals.HasVotedAsync(proposal, wallet.Address, Stop)).ShouldBeFalse();

        wallet.Declines = false;
        await vote.ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync("You voted no");
        visit.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wallet_on_another_chain_is_asked_to_change_to_the_markets()
    {
        var proposal = await town.ProposeAsync(town.Digits, Stop);
        var wallet = new Wallet(town, town.Anna.Key).On(1);
        await using var visit = await Visit.OpenAsync(chromium, town, wallet);
        await visit.GoAsync($"/proposals/{proposal}");
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "Yes" }).CheckAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Vote", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync("You voted yes");
        wallet.Asked.ShouldContain("wallet_switchEthereumChain");
    }

    [Fact]
    public async Task Whoever_cannot_vote_is_told_why_and_a_rule_in_the_way_is_told_before_the_wallet_is_asked()
    {
        var proposal = await town.ProposeAsync(town.Digits, Stop);
        await using (var visit = await Visit.OpenAsync(chromium, town, new Wallet(town, town.Eve.Key)))
        {
            await visit.GoAsync($"/proposals/{proposal}");
            await Assertions.Expect(visit.Page.Locator(".ballot"))
                .ToContainTextAsync("This account held no shares of the dataset when the proposal opened");
        }

        var wallet = new Wallet(town, town.Anna.Key);
        await using (var visit = await Visit.OpenAsync(chromium, town, wallet))
        {
            await visit.GoAsync($"/proposals/{proposal}");
            await town.Ledger.Proposals.VoteAsync(proposal, Choice.No, null, town.Anna, Stop);
            await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "Yes" }).CheckAsync();
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Vote", Exact = true }).ClickAsync();
            await Assertions.Expect(visit.Page.Locator(".ballot .act-word")).ToContainTextAsync("has voted on proposal");
            wallet.Sent.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_sealed_vote_is_known_to_nobody_until_its_own_browser_reveals_it()
    {
        var proposal = await town.ProposeAsync(town.Sealed, Stop);
        var wallet = new Wallet(town, town.Anna.Key);
        await using var visit = await Visit.OpenAsync(chromium, town, wallet);
        await visit.GoAsync($"/proposals/{proposal}");
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "Yes" }).CheckAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Seal your vote" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync("is sealed");
        visit.Posted.ShouldNotBeEmpty();
        visit.Posted.ShouldAllBe(body => !body.Contains("yes", StringComparison.Ordinal)
            && !body.Contains("salt", StringComparison.Ordinal));
        (await town.Ledger.Proposals.FindAsync(proposal, Stop))!.Yes.ShouldBe(ShareAmount.Zero);

        await town.Chain.AdvanceAsync(TimeSpan.FromMinutes(70), Stop);
        await town.ReadAsync(Stop);
        await visit.GoAsync($"/proposals/{proposal}");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Reveal your vote" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync("is counted");
        (await town.Ledger.Proposals.FindAsync(proposal, Stop))!.Yes.ShouldBe(ShareAmount.Whole(100));
        visit.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_comment_is_signed_and_costs_nothing()
    {
        var proposal = await town.ProposeAsync(town.Digits, Stop);
        var wallet = new Wallet(town, town.Anna.Key);
        await using var visit = await Visit.OpenAsync(chromium, town, wallet);
        await visit.GoAsync($"/proposals/{proposal}");
        await visit.Page.GetByLabel("Your comment").Last.FillAsync("Where were these scanned?");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".said")).ToHaveTextAsync("Where were these scanned?");
        wallet.Sent.ShouldBeEmpty();
        wallet.Asked.ShouldContain("eth_signTypedData_v4");
        visit.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_only_signs_votes_on_the_nodes_gas()
    {
        var proposal = await town.ProposeAsync(town.Digits, Stop);
        var wallet = new Wallet(town, town.Anna.Key);
        var nonce = await town.Client.NonceAsync(wallet.Address, stop: Stop);
        await using var visit = await Visit.OpenAsync(chromium, town, wallet);
        await visit.GoAsync($"/proposals/{proposal}");
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "Yes" }).CheckAsync();
        await visit.Page.GetByLabel("Why").FillAsync("No ether, but shares");
        await visit.Page.GetByLabel("This node pays the gas").CheckAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Vote", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync("this node paid the gas");
        await Assertions.Expect(visit.Word.Locator("code"))
            .ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex("^0x[0-9a-f]{64}$"));
        await Assertions.Expect(visit.Page.Locator("td.reason")).ToHaveTextAsync("No ether, but shares");
        (await town.Ledger.Proposals.FindAsync(proposal, Stop))!.Yes.ShouldBe(ShareAmount.Whole(100));
        (await town.Client.NonceAsync(wallet.Address, stop: Stop)).ShouldBe(nonce);
        wallet.Sent.ShouldBeEmpty();
        visit.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task Everything_that_waits_is_claimed_at_one_click()
    {
        await town.Ledger.Shares.DepositAsync(town.Digits, Money.Dollars(20), town.Ben, Stop);
        await town.Ledger.Shares.DepositAsync(town.Sealed, Money.Dollars(8), town.Ben, Stop);
        await town.ReadAsync(Stop);
        var wallet = new Wallet(town, town.Anna.Key);
        var before = await town.Ledger.Dollars.BalanceAsync(wallet.Address, Stop);
        var due = await town.Ledger.Shares.ClaimableAsync(town.Digits, wallet.Address, Stop)
            + await town.Ledger.Shares.ClaimableAsync(town.Sealed, wallet.Address, Stop);
        await using var visit = await Visit.OpenAsync(chromium, town, wallet);
        await visit.GoAsync("/portfolio");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Claim all" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync("were paid out to you");
        (await town.Ledger.Dollars.BalanceAsync(wallet.Address, Stop)).ShouldBe(before + due);
        wallet.Sent.Count.ShouldBe(2);
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Claim all" })).ToHaveCountAsync(0);
        visit.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task Shares_are_given_away_and_votes_lent()
    {
        var wallet = new Wallet(town, town.Anna.Key);
        await using var visit = await Visit.OpenAsync(chromium, town, wallet);
        await visit.GoAsync("/portfolio");
        await visit.Page.GetByText("Give shares to somebody else").ClickAsync();
        var form = visit.Page.Locator("form[data-act=transfer]");
        await form.GetByLabel("Dataset").SelectOptionAsync(town.Poisoned.ToString());
        await form.GetByLabel("Shares").FillAsync("2.5");
        await form.GetByLabel("To").FillAsync(town.Eve.Address.ToString());
        await form.GetByRole(AriaRole.Button, new() { Name = "Transfer" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync("belong to");
        (await town.Ledger.Shares.BalanceAsync(town.Poisoned, town.Eve.Address, Stop)).ShouldBe(ShareAmount.Parse("2.5"));

        await visit.Page.GetByText("Let somebody else vote with your shares").ClickAsync();
        form = visit.Page.Locator("form[data-act=delegate]");
        await form.GetByLabel("Dataset").SelectOptionAsync(town.Poisoned.ToString());
        await form.GetByLabel("Who votes").FillAsync(town.Eve.Address.ToString());
        await form.GetByRole(AriaRole.Button, new() { Name = "Delegate" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync("votes with your shares");
        (await town.Ledger.Shares.DelegateOfAsync(town.Poisoned, wallet.Address, Stop)).ShouldBe(town.Eve.Address);
        visit.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_sponsor_approves_exactly_what_it_gives_and_then_gives_it()
    {
        var wallet = new Wallet(town, town.Anna.Key);
        await using var visit = await Visit.OpenAsync(chromium, town, wallet);
        await visit.GoAsync($"/requests/{town.Request}");
        await visit.Page.GetByLabel("Add to the pot").Last.FillAsync("12.50");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sponsor" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync("$12.50 are in the pot");
        wallet.Sent.Select(call => call.To).ShouldBe([town.Ledger.Addresses.Money, town.Ledger.Addresses.Requests]);
        (await town.Ledger.Requests.FindAsync(town.Request, Stop))!.Pot.ShouldBe(Money.Parse("22.5"));
        (await town.Client.CallAsync(Market.Generated.TestDollar.Allowance(town.Ledger.Addresses.Money, wallet.Address,
            town.Ledger.Addresses.Requests), stop: Stop)).ShouldBe(Uint256.Zero);
        visit.Trouble.ShouldBeEmpty();
    }
}
