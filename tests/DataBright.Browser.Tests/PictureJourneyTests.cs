using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Owed;
using Microsoft.Playwright;

namespace DataBright.Browser.Tests;

/// <summary>A folder of pictures from the contributor's disk to the contributor's dividends, by pages alone.</summary>
public sealed partial class PictureJourneyTests(Chromium chromium, BrowserTestMarket town) : IDisposable
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("databright-pictures");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Delete(recursive: true);

    [Fact]
    public async Task A_folder_of_pictures_is_offered_followed_voted_on_and_paid()
    {
        await using var holder = await Visit.OpenAsync(chromium, town);
        await LocalAccountTests.UnlockAsync(holder, "cleo", BrowserTestMarket.Password);
        var dataset = await FoundAsync(holder);

        await using var contributor = await Visit.OpenAsync(chromium, town);
        await LocalAccountTests.UnlockAsync(contributor, "dora", "");
        await contributor.GoAsync($"/datasets/{dataset}");
        var proposal = await OfferAsync(contributor, dataset);
        await Expect(contributor.Page.Locator("h1")).ToContainTextAsync("6");

        // Votes are weighed at the end of the block in which a proposal opens.
        await town.Chain.MineAsync(1, Stop);
        await town.ReadAsync(Stop);
        await holder.GoAsync("/portfolio");
        await holder.Page.Locator("section[aria-labelledby=votes]").Locator($"a[href='/proposals/{proposal}']").ClickAsync();
        await Expect(holder.Page).ToHaveURLAsync(new Regex($"/proposals/{proposal}$"));
        await holder.Page.GetByRole(AriaRole.Radio, new() { Name = "Yes" }).CheckAsync();
        await holder.Page.GetByRole(AriaRole.Button, new() { Name = "Vote", Exact = true }).ClickAsync();
        await Expect(holder.Word).ToContainTextAsync($"You voted yes on proposal {proposal}.");

        await contributor.GoAsync($"/proposals/{proposal}");
        await Expect(contributor.Page.Locator(".ballot")).ToContainTextAsync("it will be accepted");
        await LookAsync(contributor, "voted");
        await contributor.Page.GetByRole(AriaRole.Button, new() { Name = "Finalise" }).ClickAsync();
        await Expect(contributor.Word).ToContainTextAsync($"Proposal {proposal} is final.");
        (await town.Ledger.Shares.BalanceAsync(dataset, town.Dora.Address, Stop)).ShouldBe(ShareAmount.Whole(6));
        await LookAsync(contributor, "accepted");

        // 16 shares are the founder's and 6 the contributor's.
        await town.Ledger.Shares.DepositAsync(dataset, Money.Dollars(22), town.Anna, Stop);
        await town.ReadAsync(Stop);
        await PaidAsync(contributor, dataset);
        holder.Trouble.ShouldBeEmpty();
        contributor.Trouble.ShouldBeEmpty();
        // Other tests reckon what the founder is owed.
        await town.Ledger.Shares.ClaimAsync(dataset, town.Cleo.Address, town.House, Stop);
    }

    private async Task<DatasetId> FoundAsync(Visit visit)
    {
        await visit.GoAsync("/datasets/new");
        await visit.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Tiles of two kilns");
        await visit.Page.GetByLabel("Short name of its shares").FillAsync("TILE");
        await visit.Page.GetByLabel("What it is, what for").FillAsync("Photographs of tiles, by their kiln. Licence: CC0.");
        await visit.Page.GetByLabel("Votes are taken for").SelectOptionAsync("1h");
        await visit.Page.GetByLabel("Or a folder of pictures").SetInputFilesAsync(await PicturesAsync(visit, "tiles", 10, "png"));
        await LookAsync(visit, "founding");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();
        await Expect(visit.Page.Locator("h1")).ToHaveTextAsync("Tiles of two kilns");
        await Expect(visit.Page.Locator(".figures")).ToContainTextAsync("First points16");
        await Expect(visit.Page.Locator("section[aria-labelledby=means]")).ToContainTextAsync("east, west");
        await LookAsync(visit, "founding-review");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Create the dataset" }).ClickAsync();
        await Expect(visit.Word).ToContainTextAsync("The dataset Tiles of two kilns is created");
        return new DatasetId(NumberIn(visit.Page.Url));
    }

    private async Task<ProposalId> OfferAsync(Visit visit, DatasetId dataset)
    {
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Offer data of your own" }).ClickAsync();
        await LookAsync(visit, "offer");
        await visit.Page.GetByLabel("Or a folder of pictures").SetInputFilesAsync(await PicturesAsync(visit, "more", 3, "webp"));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();
        await Expect(visit.Page.Locator("h1")).ToHaveTextAsync("6 points for Tiles of two kilns");
        await Expect(visit.Page.Locator(".figures")).ToContainTextAsync("6 new");
        await Expect(visit.Page.Locator(".figures")).ToContainTextAsync("Likely shares6");
        await Expect(visit.Page.Locator("section[aria-labelledby=classes] tbody th")).ToHaveTextAsync(["east", "west"]);
        await Expect(visit.Page.Locator("section[aria-labelledby=sign]")).ToContainTextAsync("You put up a bond of $10.00");
        await LookAsync(visit, "offer-review");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Put up $10.00 and offer 6 points" }).ClickAsync();
        await Expect(visit.Word).ToContainTextAsync($"You offered 6 points to dataset {dataset}.");
        await LookAsync(visit, "offered");
        return new ProposalId(NumberIn(visit.Page.Url));
    }

    /// <summary>The page pays what the command line would, and leaves it nothing.</summary>
    private async Task PaidAsync(Visit visit, DatasetId dataset)
    {
        var before = await town.Ledger.Dollars.BalanceAsync(town.Dora.Address, Stop);
        var owed = await town.OwedAsync(town.Dora.Address, Stop);
        (await ClaimedByPageAsync(town.Dora.Address))
            .ShouldBe(OwedPlan.Of(owed, town.Dora.Address).Select(step => $"{step.Call.To} {Hex.Encode(step.Call.Data)}"));
        owed.Debts.ShouldContain(debt => debt.Source == DebtSource.Of(dataset) && debt.Amount >= Money.Dollars(6) - new Money(2));
        await visit.GoAsync("/portfolio");
        await Expect(visit.Page.Locator("section[aria-labelledby=owed]")).ToContainTextAsync($"dataset {dataset}");
        // The bond is no dividend.
        await Expect(visit.Page.Locator(".figures")).ToContainTextAsync("Other credit$10.00");
        await LookAsync(visit, "owed");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Claim all" }).ClickAsync();
        await Expect(visit.Word).ToContainTextAsync("were paid out to you");
        await LookAsync(visit, "paid");
        (await town.Ledger.Dollars.BalanceAsync(town.Dora.Address, Stop)).ShouldBe(before + owed.Total);
        OwedPlan.Of(await town.OwedAsync(town.Dora.Address, Stop), town.Dora.Address).ShouldBeEmpty();
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Claim all" })).ToHaveCountAsync(0);
    }

    /// <summary>The calls that the page's button makes, in their order.</summary>
    private async Task<IReadOnlyList<string>> ClaimedByPageAsync(Address account)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = town.Node.Address };
        using var answer = await http.PostAsJsonAsync("/api/v1/actions/claim-all", new { account = $"{account}" }, Stop);
        var prepared = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Stop);
        return [.. prepared.GetProperty("steps").EnumerateArray()
            .Select(step => $"{step.GetProperty("to").GetString()} {step.GetProperty("data").GetString()}")];
    }

    /// <summary>Pictures in a folder for each of two classes, drawn by the browser; each time others.</summary>
    private async Task<string> PicturesAsync(Visit visit, string name, int each, string type)
    {
        var top = Path.Combine(_files.FullName, name);
        foreach (var kiln in (string[])["east", "west"])
        {
            var drawn = await visit.Page.EvaluateAsync<string[]>(
                """
                async ([name, kiln, each, type]) => {
                  const seed = [...(name + kiln)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 99991, 7);
                  const pictures = [];
                  for (let i = 0; i < each; i++) {
                    const canvas = new OffscreenCanvas(28, 28), pen = canvas.getContext("2d");
                    pen.fillStyle = kiln === "east" ? "black" : "white"; pen.fillRect(0, 0, 28, 28);
                    for (let n = 0; n < 30; n++) {
                      pen.fillStyle = `hsl(${(seed * (i + 3) + n * 131) % 360} 80% 60%)`;
                      pen.fillRect((seed + i * 17 + n * 7) % 24, (seed * (i + 1) + n * 11) % 24, 6, 4);
                    }
                    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: `image/${type}` })).arrayBuffer());
                    pictures.push(btoa(String.fromCharCode(...bytes)));
                  }
                  return pictures;
                }
                """, new object[] { name, kiln, each, type });
            var folder = Directory.CreateDirectory(Path.Combine(top, kiln)).FullName;
            for (int i = 0; i < drawn.Length; i++)
                await File.WriteAllBytesAsync(Path.Combine(folder, $"{i}.{type}"), Convert.FromBase64String(drawn[i]), Stop);
        }
        return top;
    }

    /// <summary>The page in both lights and on a phone runs over no edge; pictures of it stay in a gallery where one is named.</summary>
    private static async Task LookAsync(Visit visit, string name)
    {
        foreach (var (look, scheme, width) in new[] { ("dark", ColorScheme.Dark, 1280), ("phone", ColorScheme.Light, 390),
            ("light", ColorScheme.Light, 1280) })
        {
            await visit.Page.SetViewportSizeAsync(width, 900);
            await visit.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            (await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .ShouldBeLessThanOrEqualTo(0, $"{name}, {look}: wider than the window");
            (await visit.Page.EvaluateAsync<string[]>(
                """
                () => [...document.querySelectorAll(".facts dd")].filter((one) => one.scrollWidth > one.clientWidth)
                  .map((one) => one.textContent)
                """))
                .ShouldBeEmpty($"{name}, {look}: wider than their column");
            if (Environment.GetEnvironmentVariable("DATABRIGHT_GALLERY") is { Length: > 0 } gallery)
                await visit.Page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(gallery, $"journey-{name}-{look}.png") });
        }
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private static IPageAssertions Expect(IPage page) => Assertions.Expect(page);

    private static ulong NumberIn(string url) =>
        ulong.Parse(PageNumber().Match(url).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"/([0-9]+)(\?deed=.*)?$")]
    private static partial Regex PageNumber();
}
