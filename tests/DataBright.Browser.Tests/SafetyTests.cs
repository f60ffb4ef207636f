using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Storage;
using Microsoft.Playwright;

namespace DataBright.Browser.Tests;

/// <summary>Words of strangers are words: nothing of them runs, loads or leads elsewhere.</summary>
public sealed class SafetyTests(Chromium chromium, BrowserTestMarket town)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hostile_names_reasons_and_comments_are_shown_as_they_are()
    {
        var proposal = await town.ProposeAsync(town.Poisoned, Stop);
        await town.Ledger.Proposals.VoteAsync(proposal, Choice.No, BrowserTestMarket.Hostile, town.Cleo, Stop);
        await town.Ledger.Requests.AnswerAsync(town.Request, town.Poisoned, BrowserTestMarket.Hostile, town.Ben, Stop);
        await town.ReadAsync(Stop);
        var wallet = new Wallet(town, town.Anna.Key);
        await using var visit = await Visit.OpenAsync(chromium, town, wallet);

        await visit.GoAsync($"/proposals/{proposal}");
        await visit.Page.Locator("#comment-text").FillAsync(BrowserTestMarket.Hostile);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Comment", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".said")).ToHaveTextAsync(BrowserTestMarket.Hostile);
        await Assertions.Expect(visit.Page.Locator("td.reason")).ToHaveTextAsync(BrowserTestMarket.Hostile);
        foreach (var path in new[] { "/", $"/datasets/{town.Poisoned}", "/proposals", $"/proposals/{proposal}", $"/requests/{town.Request}",
            "/portfolio", "/account" })
        {
            await visit.GoAsync(path);
            (await visit.Page.Locator("img[src='x'], main script, svg[onload]").CountAsync()).ShouldBe(0, path);
        }
        visit.Trouble.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("<!DOCTYPE html><script>alert(1)</script>")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(2)</script></svg>")]
    public async Task A_stored_file_is_never_a_page(string poison)
    {
        var cid = await town.Blobs.PutAsync(System.Text.Encoding.UTF8.GetBytes(poison), Stop);
        await using var visit = await Visit.OpenAsync(chromium, town);
        await visit.GoAsync("/");
        // Opened by itself it is something to be saved, or text; and inside of a page it is no picture either.
        try
        {
            await visit.Page.GotoAsync($"/ipfs/{cid}");
        }
        catch (PlaywrightException download) when (download.Message.Contains("Download", StringComparison.Ordinal)
            || download.Message.Contains("ERR_ABORTED", StringComparison.Ordinal))
        {
        }
        await visit.GoAsync("/");
        (await visit.Page.EvaluateAsync<bool>(
            "async (source) => { const image = new Image(); image.src = source; try { await image.decode(); return true; } catch { return "
            + "false; } }", $"/ipfs/{cid}")).ShouldBeFalse();
        visit.Trouble.ShouldNotContain(said => said.StartsWith("dialog", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wallets_own_name_is_text_too()
    {
        await using var visit = await Visit.OpenAsync(chromium, town, new Wallet(town, town.Anna.Key));
        await visit.GoAsync("/account");
        await Assertions.Expect(visit.Page.Locator(".choices button")).ToHaveTextAsync("Connect Test wallet <b>1</b>");
        (await visit.Page.Locator(".choices b").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task The_pages_policy_stops_what_should_ever_slip_through()
    {
        // The guard itself is tried: were it off, the records that the other tests look at would be empty for nothing.
        await using var visit = await Visit.OpenAsync(chromium, town);
        await visit.GoAsync("/");
        // The picture is refused last: what came before it has run by then, or never will.
        await visit.Page.RunAndWaitForConsoleMessageAsync(
            () => visit.Page.EvaluateAsync(
                """
                () => {
                  const script = document.createElement("script");
                  script.textContent = "alert('ran')";
                  document.body.append(script);
                  document.body.insertAdjacentHTML("beforeend", "<img src='https://elsewhere.example/x.png' onerror='alert(1)'>");
                }
                """),
            new() { Predicate = said => said.Text.Contains("elsewhere.example", StringComparison.Ordinal) });
        visit.Trouble.ShouldContain(said => said.Contains("Content Security Policy", StringComparison.Ordinal));
        visit.Trouble.ShouldNotContain(said => said.StartsWith("dialog", StringComparison.Ordinal));
    }
}
