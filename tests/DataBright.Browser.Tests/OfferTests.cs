using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;
using DataBright.Storage;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;

namespace DataBright.Browser.Tests;

/// <summary>Contributors without a terminal offer what they have: a table, a folder of pictures.</summary>
public sealed class OfferTests(Chromium chromium, BrowserTestMarket town) : IDisposable
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("databright-offers");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Delete(recursive: true);

    [Fact]
    public async Task A_table_is_looked_at_offered_with_a_wallet_voted_on_and_paid()
    {
        var dataset = await FoundTableAsync();
        var wallet = new Wallet(town, town.Ben.Key);
        await using var visit = await Visit.OpenAsync(chromium, town, wallet);
        await visit.GoAsync($"/datasets/{dataset}");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Offer data of your own" }).ClickAsync();
        await visit.Page.GetByLabel("Your file").SetInputFilesAsync(Write("more.csv", Table(40, 500)));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();

        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("40 points for Measured leaves");
        await Assertions.Expect(Figures(visit)).ToContainTextAsync("40 new");
        await Assertions.Expect(Figures(visit)).ToContainTextAsync("Likely shares40");
        await Assertions.Expect(visit.Page.Locator("section[aria-labelledby=columns] tbody th"))
            .ToHaveTextAsync(["length (cm)", "width (cm)"]);
        await Assertions.Expect(visit.Page.Locator("section[aria-labelledby=classes] tbody th")).ToHaveTextAsync(["ash", "oak"]);
        var file = QueryHelpers.ParseQuery(new Uri(visit.Page.Url).Query)["file"].ToString();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Put up $10.00 and offer 40 points" }).ClickAsync();

        await Assertions.Expect(visit.Word).ToContainTextAsync($"You offered 40 points to dataset {dataset}.");
        await Assertions.Expect(visit.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/proposals/[0-9]+$"));
        wallet.Sent.Select(call => call.To).ShouldBe([town.Ledger.Addresses.Money, town.Ledger.Addresses.Proposals]);
        wallet.Asked.ShouldContain("eth_signTypedData_v4");
        var proposal = new ProposalId(ulong.Parse(new Uri(visit.Page.Url).Segments[^1], CultureInfo.InvariantCulture));
        // The same reader as that of the command line: the same file has the same root.
        (await town.Ledger.Proposals.FindAsync(proposal, Stop))!.Shard
            .ShouldBe((await ReadAsync(_files.FullName + "/more.csv", dataset)).Root);
        await town.ReadAsync(Stop);
        (await AgainAsync("propose", new { account = $"{wallet.Address}", dataset = $"{dataset}", file }))
            .ShouldContain($"You offered these points already: they are proposal {proposal}");
        visit.Trouble.ShouldBeEmpty();

        await town.Chain.MineAsync(1, Stop);
        await town.AgreeAsync(proposal, [town.Anna, town.Dora], Stop);
        await using var voter = await Visit.OpenAsync(chromium, town, new Wallet(town, town.Cleo.Key));
        await voter.GoAsync($"/proposals/{proposal}");
        await voter.Page.GetByRole(AriaRole.Radio, new() { Name = "Yes" }).CheckAsync();
        await voter.Page.GetByRole(AriaRole.Button, new() { Name = "Vote", Exact = true }).ClickAsync();
        await voter.Page.GetByRole(AriaRole.Button, new() { Name = "Finalise" }).ClickAsync();
        await Assertions.Expect(voter.Word).ToContainTextAsync($"Proposal {proposal} is final.");
        (await town.Ledger.Shares.BalanceAsync(dataset, wallet.Address, Stop)).ShouldBe(ShareAmount.Whole(40));

        await town.Ledger.Shares.DepositAsync(dataset, Money.Dollars(24), town.Anna, Stop);
        await town.ReadAsync(Stop);
        var before = await town.Ledger.Dollars.BalanceAsync(wallet.Address, Stop);
        await visit.GoAsync("/portfolio");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Claim all" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync("were paid out to you");
        // A sixth of the dividends, and the bond.
        (await town.Ledger.Dollars.BalanceAsync(wallet.Address, Stop))
            .ShouldBeGreaterThanOrEqualTo(before + Money.Dollars(14) - new Money(2));
        // Other tests reckon what these are owed.
        foreach (var holder in (Signer[])[town.Anna, town.Cleo, town.Dora])
            await town.Ledger.Shares.ClaimAsync(dataset, holder.Address, town.House, Stop);
    }

    [Fact]
    public async Task A_folder_of_pictures_is_packed_in_the_browser_and_offered_by_a_local_account()
    {
        await using var visit = await Visit.OpenAsync(chromium, town);
        await visit.GoAsync($"/datasets/{town.Digits}/offer");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "unlock" }).ClickAsync();
        await visit.Page.GetByLabel("Account", new() { Exact = true }).SelectOptionAsync("dora");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Unlock" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("Offer data");
        await visit.Page.GetByLabel("Or a folder of pictures").SetInputFilesAsync(await PicturesAsync(visit));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();

        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("6 points for Handwritten digits");
        await Assertions.Expect(visit.Page.Locator("#content")).ToContainTextAsync("Pictures were brought to 28 × 28 pixels and grey.");
        await Assertions.Expect(visit.Page.Locator("section[aria-labelledby=classes] tbody th")).ToHaveTextAsync(["3", "7"]);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Put up $10.00 and offer 6 points" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync("You offered 6 points");
        await Assertions.Expect(visit.Page.Locator("h1")).ToContainTextAsync("6");
        await Assertions.Expect(visit.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(@"/proposals/[0-9]+\?deed="));
        visit.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_table_is_offered_without_script_by_a_local_account()
    {
        var dataset = await FoundTableAsync();
        await using var visit = await Visit.OpenAsync(chromium, town, options: new() { JavaScriptEnabled = false });
        await visit.GoAsync($"/account?from=/datasets/{dataset}/offer");
        await visit.Page.GetByLabel("Account", new() { Exact = true }).SelectOptionAsync("dora");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Unlock" }).ClickAsync();
        await visit.Page.GetByLabel("Your file").SetInputFilesAsync(Write("wrong.csv", "length,girth,kind\n1,2,ash\n"));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert))
            .ToHaveTextAsync("wrong.csv: line 1: the columns are length, girth; expected are, in this order, length, width.");

        // A founding file is all copies, which whoever offers it has to say is meant so.
        await visit.Page.GetByLabel("Your file").SetInputFilesAsync(_files.FullName + "/founding.csv");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#content")).ToContainTextAsync("More than a tenth of the points are copies.");
        await Assertions.Expect(visit.Page.GetByLabel("all the same")).ToHaveAttributeAsync("required", "");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Choose another file" }).ClickAsync();
        await visit.Page.GetByLabel("Your file").SetInputFilesAsync(Write("good.csv", Table(12, 900)));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Put up $10.00 and offer 12 points" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync($"You offered 12 points to dataset {dataset}.");
        await Assertions.Expect(visit.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(@"/proposals/[0-9]+\?deed="));
    }

    [Fact]
    public async Task Whoever_says_nothing_of_themselves_has_nothing_read()
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = town.Node.Address };
        using var form = new MultipartFormDataContent { { new ByteArrayContent("a,b\n1,2\n"u8.ToArray()), "file", "a.csv" } };
        var answer = await http.PostAsync($"/api/v1/datasets/{town.Digits}/offers", form, Stop);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain("Sign the request");
    }

    private static ILocator Figures(Visit visit) => visit.Page.Locator(".figures");

    /// <summary>What the node answers to whoever asks for the same transaction once more.</summary>
    private async Task<string> AgainAsync(string action, object form)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = town.Node.Address };
        using var answer = await http.PostAsJsonAsync($"/api/v1/actions/{action}", form, Stop);
        answer.IsSuccessStatusCode.ShouldBeFalse();
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_files.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Leaves of two trees, which differ in shape.</summary>
    private static string Table(int rows, int seed)
    {
        var (random, text) = (new Random(seed), new StringBuilder("length,width,kind\n"));
        for (var i = 0; i < rows; i++)
            text.Append(CultureInfo.InvariantCulture,
                $"{5 + 5 * random.NextDouble():0.0000},{(i % 2 == 0 ? 1 : 4) + random.NextDouble():0.0000},{(i % 2 == 0
                    ? "ash" : "oak")}\n");
        return text.ToString();
    }

    private async Task<DatasetId> FoundTableAsync()
    {
        var read = await new PointReader(new PointFileForm(), Stop).ReadFoundingAsync(Write("founding.csv", Table(60, 7)), null);
        var schema = (read.Meaning with { Units = new Dictionary<string, string> { ["length"] = "cm", ["width"] = "cm" } }).Of(read.Shard);
        var meaning = await town.Blobs.PutAsync(schema.ToJson(), Stop);
        var description =
            await town.Blobs.PutAsync(SchemaLink.Write(Encoding.UTF8.GetBytes("# Measured leaves\nLicence: CC0."), meaning), Stop);
        await town.Blobs.PutAsync(Encoding.UTF8.GetBytes(read.Shard.Schema.ToJson()), Stop);
        var cid = await town.Blobs.PutAsync(ShardFile.ToBytes(read.Shard), Stop);
        Founder[] founders = [new(town.Anna.Address, ShareAmount.Whole(100)), new(town.Cleo.Address, ShareAmount.Whole(60)),
            new(town.Dora.Address, ShareAmount.Whole(40))];
        var policy = new DatasetPolicy { VotingPeriod = TimeSpan.FromHours(1), LateQuorum = TimeSpan.Zero, QuorumBps = 9_000,
            GainBonusBps = 0 };
        var dataset = (await town.Ledger.Datasets.CreateAsync(new DatasetCharter(
            description.Hash, read.Shard.Schema.Hash, Digest.Of("held out"u8), "Measured leaves", "LEAF", policy, founders,
            new OfferedShard(read.Shard.Root, read.Shard.Count, cid)), town.Anna, Stop)).Id;
        await town.ReadAsync(Stop);
        return dataset;
    }

    private async Task<Shard> ReadAsync(string path, DatasetId dataset)
    {
        var found = (await town.Ledger.Datasets.FindAsync(dataset, Stop))!;
        var points = DataSchema.Parse(Encoding.UTF8.GetString(await town.Blobs.ReadAsync(Cid.Raw(found.Schema), 4_096, Stop)));
        return (await new PointReader(new PointFileForm(), Stop).ReadForAsync(path, points,
            await SchemaLink.ReadAsync(town.Blobs, found, Stop))).Shard;
    }

    /// <summary>Six pictures in two folders, drawn by the browser: PNG, JPEG and WebP of another size than the dataset's.</summary>
    private async Task<string> PicturesAsync(Visit visit)
    {
        var top = Path.Combine(_files.FullName, "digits");
        var i = 0;
        foreach (var (folder, type, ending) in ((string, string, string)[])[("3", "png", "png"), ("3", "jpeg", "jpg"),
            ("3", "webp", "webp"), ("7", "png", "png"), ("7", "jpeg", "jpg"), ("7", "webp", "webp")])
        {
            var drawn = await visit.Page.EvaluateAsync<string>(
                """
                async ([type, seed]) => {
                  const canvas = new OffscreenCanvas(40, 40), pen = canvas.getContext("2d");
                  pen.fillStyle = "black"; pen.fillRect(0, 0, 40, 40);
                  for (let n = 0; n < 30; n++) { pen.fillStyle = `hsl(${(seed * 77 + n * 31) % 360} 80% 60%)`; pen.fillRect((seed * 13 + n * 7) % 36, (seed * 5 + n * 11) % 36, 6, 4); }
                  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: `image/${type}` })).arrayBuffer());
                  return btoa(String.fromCharCode(...bytes));
                }
                """, new object[] { type, ++i });
            Directory.CreateDirectory(Path.Combine(top, folder));
            await File.WriteAllBytesAsync(Path.Combine(top, folder, $"{i}.{ending}"), Convert.FromBase64String(drawn), Stop);
        }
        return top;
    }
}
