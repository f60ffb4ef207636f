using System.Globalization;
using System.Text;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Trust;
using Microsoft.Playwright;

namespace DataBright.Browser.Tests;

/// <summary>People without a terminal create a dataset, and order a training on it.</summary>
public sealed class FoundingTests(Chromium chromium, BrowserTestMarket town) : IDisposable
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("databright-founding");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Delete(recursive: true);

    [Fact]
    public async Task A_dataset_is_created_with_a_wallet_and_a_training_ordered_on_it()
    {
        foreach (var (role, who) in ((TrustedRole, Signer)[])[(TrustedRole.Scheduler, town.House), (TrustedRole.Referee, town.Eve)])
            await town.Ledger.TrustedKeys.RegisterAsync(who.Address, role, Attestation.None, null, town.House, Stop);
        var wallet = new Wallet(town, town.Ben.Key);
        await using var visit = await Visit.OpenAsync(chromium, town, wallet);
        await visit.GoAsync("/");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Create a dataset" }).ClickAsync();
        await visit.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Leaves of the park");
        await visit.Page.GetByLabel("Short name of its shares").FillAsync("PARK");
        await visit.Page.GetByLabel("What it is, what for").FillAsync("Lengths and widths of leaves. Licence: CC0.");
        await visit.Page.GetByLabel("Your file").SetInputFilesAsync(Write("leaves.csv"));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".act-word"))
            .ToContainTextAsync("Let anybody read them, or create the dataset at the scheduler's node.");
        await visit.Page.GetByLabel("Let anybody read the points to measure on").CheckAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();

        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("Leaves of the park");
        await Assertions.Expect(visit.Page.Locator(".figures")).ToContainTextAsync("First points80");
        await Assertions.Expect(visit.Page.Locator(".figures")).ToContainTextAsync("Held out20");
        await Assertions.Expect(visit.Page.Locator("section[aria-labelledby=means]")).ToContainTextAsync("ash, oak");
        wallet.Sent.ShouldBeEmpty();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Create the dataset" }).ClickAsync();
        await Assertions.Expect(visit.Word)
            .ToContainTextAsync("The dataset Leaves of the park is created, with 80 points and 80 shares of yours.");
        await Assertions.Expect(visit.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/datasets/[0-9]+$"));
        var dataset = new DatasetId(ulong.Parse(new Uri(visit.Page.Url).Segments[^1], CultureInfo.InvariantCulture));
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("Leaves of the park");
        (await town.Ledger.Shares.BalanceAsync(dataset, wallet.Address, Stop)).ShouldBe(ShareAmount.Whole(80));
        var found = (await town.Ledger.Datasets.FindAsync(dataset, Stop))!;
        (await SchemaLink.ReadAsync(town.Blobs, found, Stop)).ShouldNotBeNull().Classes.ShouldBe(["ash", "oak"]);

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Order a training" }).ClickAsync();
        await visit.Page.GetByLabel("What all workers together are paid").FillAsync("3");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("softmax-regression on 80 points");
        await Assertions.Expect(visit.Page.Locator(".figures")).ToContainTextAsync("Price$104.00");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Put $104.00 into escrow and order" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync("$104.00 are in escrow");
        await Assertions.Expect(visit.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/jobs/[0-9]+$"));
        var job = new JobId(ulong.Parse(new Uri(visit.Page.Url).Segments[^1], CultureInfo.InvariantCulture));
        (await town.Ledger.Jobs.FindAsync(job, Stop))!.Dataset.ShouldBe(dataset);

        await visit.GoAsync($"/jobs/{job}/register");
        await Assertions.Expect(visit.Page.Locator("#content"))
            .ToContainTextAsync("Only a training job that is settled has a model to register.");
        visit.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dataset_is_created_without_script_by_a_local_account()
    {
        await using var visit = await Visit.OpenAsync(chromium, town, options: new() { JavaScriptEnabled = false });
        await visit.GoAsync("/account?from=/datasets/new");
        await visit.Page.GetByLabel("Account", new() { Exact = true }).SelectOptionAsync("dora");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Unlock" }).ClickAsync();
        await visit.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Leaves of the wood");
        await visit.Page.GetByLabel("Short name of its shares").FillAsync("WOOD");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Choose a file first");
        await visit.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Leaves of the wood");
        await visit.Page.GetByLabel("Short name of its shares").FillAsync("WOOD");
        await visit.Page.GetByText("More rules").ClickAsync();
        await visit.Page.GetByLabel("Part of what its models earn").FillAsync("12.5");
        await visit.Page.GetByLabel("Your file").SetInputFilesAsync(Write("leaves.csv"));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Look at it" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".figures")).ToContainTextAsync("private, to measure on");
        await Assertions.Expect(visit.Page.Locator("#content")).ToContainTextAsync("12.50 % to shareholders");
        await Assertions.Expect(visit.Page.Locator("#content")).ToContainTextAsync("66.67 % yes");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Create the dataset" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync("The dataset Leaves of the wood is created");
        await Assertions.Expect(visit.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(@"/datasets/[0-9]+\?deed="));
    }

    private string Write(string name)
    {
        var (random, text) = (new Random(11), new StringBuilder("length,width,kind\n"));
        for (var i = 0; i < 100; i++)
            text.Append(CultureInfo.InvariantCulture,
                $"{5 + 5 * random.NextDouble():0.0000},{(i % 2 == 0 ? 1 : 4) + random.NextDouble():0.0000},{(i % 2 == 0
                    ? "ash" : "oak")}\n");
        var path = Path.Combine(_files.FullName, name);
        File.WriteAllText(path, text.ToString());
        return path;
    }
}
