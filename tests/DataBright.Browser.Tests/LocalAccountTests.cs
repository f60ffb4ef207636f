using DataBright.Market;
using Microsoft.Playwright;

namespace DataBright.Browser.Tests;

/// <summary>People at the node's own machine act with keys of the data folder, and need no script for it.</summary>
public sealed class LocalAccountTests(Chromium chromium, BrowserTestMarket town)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static BrowserNewContextOptions NoScript => new() { JavaScriptEnabled = false };

    [Fact]
    public async Task A_key_is_unlocked_with_its_password_and_wiped_on_signing_out()
    {
        await using var visit = await Visit.OpenAsync(chromium, town, options: NoScript);
        await UnlockAsync(visit, "cleo", "wrong");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("That password does not open that account.");
        await UnlockAsync(visit, "cleo", BrowserTestMarket.Password);
        await Assertions.Expect(visit.Page).ToHaveURLAsync(new Uri(town.Node.Address, $"/portfolio/{town.Cleo.Address}").ToString());
        await Assertions.Expect(visit.Page.Locator(".who")).ToContainTextAsync("cleo");
        var cookie = (await visit.Page.Context.CookiesAsync()).Single(one => one.Name == "databright-session");
        cookie.HttpOnly.ShouldBeTrue();
        cookie.SameSite.ShouldBe(SameSiteAttribute.Strict);

        await visit.GoAsync("/account");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".who")).ToHaveTextAsync("Account");
        // Whoever kept the cookie has nothing.
        await visit.Page.Context.AddCookiesAsync(
            [new Cookie { Name = cookie.Name, Value = cookie.Value, Url = town.Node.Address.ToString() }]);
        await visit.GoAsync("/account");
        await Assertions.Expect(visit.Page.Locator(".who")).ToHaveTextAsync("Account");
    }

    [Fact]
    public async Task Voting_commenting_and_claiming_need_no_script()
    {
        var proposal = await town.ProposeAsync(town.Digits, Stop);
        await town.Ledger.Shares.DepositAsync(town.Digits, Money.Dollars(10), town.Ben, Stop);
        await using var visit = await Visit.OpenAsync(chromium, town, options: NoScript);
        await visit.GoAsync($"/proposals/{proposal}");
        await visit.Page.Locator(".ballot").GetByRole(AriaRole.Link).ClickAsync();
        await FillAsync(visit, "dora", "");
        await Assertions.Expect(visit.Page).ToHaveURLAsync(new Uri(town.Node.Address, $"/proposals/{proposal}").ToString());

        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "No" }).CheckAsync();
        await visit.Page.GetByLabel("Why").FillAsync("Too noisy");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Vote", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync($"You voted no on proposal {proposal}.");
        await Assertions.Expect(visit.Page.Locator("td.reason")).ToHaveTextAsync("Too noisy");
        (await town.Ledger.Proposals.FindAsync(proposal, Stop))!.No.ShouldBe(ShareAmount.Whole(40));

        await visit.Page.Locator("#comment-text").FillAsync("Would vote yes to a cleaner scan");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".said")).ToHaveTextAsync("Would vote yes to a cleaner scan");

        await visit.GoAsync("/portfolio");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Claim all" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync("were paid out to you");
        (await town.Ledger.Shares.ClaimableAsync(town.Digits, town.Dora.Address, Stop)).ShouldBe(Money.Zero);
        visit.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_sealed_vote_is_revealed_from_any_browser_because_the_key_remembers_it()
    {
        var proposal = await town.ProposeAsync(town.Sealed, Stop);
        await using (var visit = await Visit.OpenAsync(chromium, town, options: NoScript))
        {
            await UnlockAsync(visit, "cleo", BrowserTestMarket.Password);
            await visit.GoAsync($"/proposals/{proposal}");
            await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "No" }).CheckAsync();
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Seal your vote" }).ClickAsync();
            await Assertions.Expect(visit.Word).ToContainTextAsync("is sealed");
        }

        await town.Chain.AdvanceAsync(TimeSpan.FromMinutes(70), Stop);
        await town.ReadAsync(Stop);
        await using (var visit = await Visit.OpenAsync(chromium, town, options: NoScript))
        {
            await UnlockAsync(visit, "cleo", BrowserTestMarket.Password);
            await visit.GoAsync($"/proposals/{proposal}");
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Reveal your vote" }).ClickAsync();
            await Assertions.Expect(visit.Word).ToContainTextAsync("no, is counted");
            (await town.Ledger.Proposals.FindAsync(proposal, Stop))!.No.ShouldBe(ShareAmount.Whole(60));
        }
    }

    [Fact]
    public async Task A_curator_judges_blindly_and_a_shareholder_appeals_to_all()
    {
        var proposal = await town.ProposeAsync(town.Reviewed, Stop);
        await using var curator = await Visit.OpenAsync(chromium, town, options: NoScript);
        await using var holder = await Visit.OpenAsync(chromium, town, options: NoScript);
        await UnlockAsync(curator, "cleo", BrowserTestMarket.Password);
        await UnlockAsync(holder, "dora", "");
        await holder.GoAsync($"/proposals/{proposal}");
        await Assertions.Expect(holder.Page.Locator(".ballot"))
            .ToContainTextAsync("Curators judge this proposal, and this account is none of them.");
        await curator.GoAsync($"/proposals/{proposal}");
        await Assertions.Expect(curator.Page.Locator(".ballot")).ToContainTextAsync("You are one of its curators; each has one voice.");
        await curator.Page.GetByRole(AriaRole.Radio, new() { Name = "No" }).CheckAsync();
        await curator.Page.GetByRole(AriaRole.Button, new() { Name = "Seal your vote" }).ClickAsync();
        await Assertions.Expect(curator.Word).ToContainTextAsync("is sealed");

        await PassAsync(TimeSpan.FromMinutes(61));
        await curator.GoAsync($"/proposals/{proposal}");
        await curator.Page.GetByLabel("Why").FillAsync("Traced, not drawn");
        await curator.Page.GetByRole(AriaRole.Button, new() { Name = "Reveal your vote" }).ClickAsync();
        await Assertions.Expect(curator.Word).ToContainTextAsync("is counted");

        await PassAsync(TimeSpan.FromMinutes(61));
        await holder.GoAsync($"/proposals/{proposal}");
        await holder.Page.GetByRole(AriaRole.Button, new() { Name = "Appeal to the shareholders" }).ClickAsync();
        await Assertions.Expect(holder.Word).ToContainTextAsync("appealed to the shareholders");
        await holder.Page.GetByRole(AriaRole.Radio, new() { Name = "Yes" }).CheckAsync();
        await holder.Page.GetByRole(AriaRole.Button, new() { Name = "Vote", Exact = true }).ClickAsync();
        await Assertions.Expect(holder.Word).ToContainTextAsync("You voted yes");
        (await town.Ledger.Proposals.FindAsync(proposal, Stop))!.Yes.ShouldBe(ShareAmount.Whole(40));
    }

    [Fact]
    public async Task A_decided_proposal_is_finalised_by_anybody_and_its_bond_paid_back()
    {
        var proposal = await town.ProposeAsync(town.Digits, Stop);
        foreach (var voter in (Signer[])[town.Anna, town.Cleo, town.Dora])
            await town.Ledger.Proposals.VoteAsync(proposal, Market.Proposals.Choice.Yes, null, voter, Stop);
        await town.ReadAsync(Stop);
        await using (var visit = await Visit.OpenAsync(chromium, town, options: NoScript))
        {
            await UnlockAsync(visit, "dora", "");
            await visit.GoAsync($"/proposals/{proposal}");
            await Assertions.Expect(visit.Page.Locator(".ballot")).ToContainTextAsync("it will be accepted");
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Finalise" }).ClickAsync();
            await Assertions.Expect(visit.Word).ToContainTextAsync($"Proposal {proposal} is final.");
        }

        var before = await town.Ledger.Dollars.BalanceAsync(town.Ben.Address, Stop);
        var wallet = new Wallet(town, town.Ben.Key);
        await using (var visit = await Visit.OpenAsync(chromium, town, wallet))
        {
            await visit.GoAsync($"/proposals/{proposal}");
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Get the bond of $10.00 back" }).ClickAsync();
            await Assertions.Expect(visit.Word).ToContainTextAsync("which was paid back");
            (await town.Ledger.Dollars.BalanceAsync(town.Ben.Address, Stop)).ShouldBe(before + Money.Dollars(10));
        }
    }

    [Fact]
    public async Task What_may_still_be_measured_is_finalised_early_by_its_contributor_alone()
    {
        var proposal = await town.ProposeAsync(town.Rewarding, Stop);
        foreach (var voter in (Signer[])[town.Anna, town.Cleo, town.Dora])
            await town.Ledger.Proposals.VoteAsync(proposal, Market.Proposals.Choice.Yes, null, voter, Stop);
        await town.ReadAsync(Stop);
        await using (var visit = await Visit.OpenAsync(chromium, town, options: NoScript))
        {
            await UnlockAsync(visit, "dora", "");
            await visit.GoAsync($"/proposals/{proposal}");
            await Assertions.Expect(visit.Page.Locator(".ballot"))
                .ToContainTextAsync("Its gain is not measured yet, which may bring its contributor more shares");
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Finalise" })).ToHaveCountAsync(0);
        }

        await using (var visit = await Visit.OpenAsync(chromium, town, new Wallet(town, town.Ben.Key)))
        {
            await visit.GoAsync($"/proposals/{proposal}");
            await Assertions.Expect(visit.Page.Locator(".ballot")).ToContainTextAsync("go without more shares for the gain");
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Finalise" }).ClickAsync();
            await Assertions.Expect(visit.Word).ToContainTextAsync($"Proposal {proposal} is final.");
        }
    }

    [Fact]
    public async Task What_the_rules_forbid_is_told_on_the_page_and_nothing_is_sent()
    {
        await using var visit = await Visit.OpenAsync(chromium, town, options: NoScript);
        await UnlockAsync(visit, "dora", "");
        await visit.GoAsync("/portfolio");
        var nonce = await town.Client.NonceAsync(town.Dora.Address, stop: Stop);
        await visit.Page.GetByText("Give shares to somebody else").ClickAsync();
        var form = visit.Page.Locator("form[data-act=transfer]");
        await form.GetByLabel("Shares").FillAsync("1000000");
        await form.GetByLabel("To").FillAsync(town.Eve.Address.ToString());
        await form.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(visit.Word.Locator(".bad")).ToContainTextAsync("shares");
        (await town.Client.NonceAsync(town.Dora.Address, stop: Stop)).ShouldBe(nonce);
    }

    /// <summary>On the chain's own clock.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        await town.Chain.AdvanceAsync(time, Stop);
        await town.ReadAsync(Stop);
    }

    internal static async Task UnlockAsync(Visit visit, string name, string password)
    {
        await visit.GoAsync("/account");
        await FillAsync(visit, name, password);
    }

    private static async Task FillAsync(Visit visit, string name, string password)
    {
        await visit.Page.GetByLabel("Account", new() { Exact = true }).SelectOptionAsync(name);
        await visit.Page.GetByLabel("Password").FillAsync(password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Unlock" }).ClickAsync();
    }
}
