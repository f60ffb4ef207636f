using System.Diagnostics;

namespace DataBright.Node.Tests.Web;

/// <summary>
/// Lets a real browser draw pages. With DATABRIGHT_GALLERY naming a folder, every page is drawn in light, in dark and on a
/// phone, and the pictures stay there for people to look at.
/// </summary>
public sealed class GalleryTests(SampleNode node) : IClassFixture<SampleNode>
{
    private const string Chromium = "/usr/bin/chromium";

    private static readonly (string Name, string Path)[] Pages =
    [
        ("explore", "/"), ("search", "/?q=clinics"), ("dataset", "/datasets/1"), ("dataset-hostile", "/datasets/4"),
        ("proposals", "/proposals"),
        ("proposal-open", "/proposals/6"), ("proposal-rejected", "/proposals/3"), ("proposal-review", "/proposals/8"),
        ("requests", "/requests"), ("request", "/requests/1"), ("models", "/models"), ("model", "/models/3"), ("jobs", "/jobs"),
        ("job-running", "/jobs/10"), ("job-settled", "/jobs/9"), ("workers", "/workers"),
        ("portfolio", "/portfolio/" + SampleMarket.Account(2)), ("missing", "/datasets/99"),
    ];

    private static readonly (string Name, string Size, string[] Flags)[] Looks =
        [("light", "1200,1700", []), ("dark", "1200,1700", ["--blink-settings=preferredColorScheme=0"]), ("phone", "500,2400", [])];

    [Fact]
    public async Task A_browser_draws_the_pages_and_has_nothing_to_complain_about()
    {
        Assert.SkipUnless(File.Exists(Chromium), $"Chromium is not installed at {Chromium}.");
        string? kept = Environment.GetEnvironmentVariable("DATABRIGHT_GALLERY");
        var folder = kept is null ? Directory.CreateTempSubdirectory("databright-gallery") : Directory.CreateDirectory(kept);
        try
        {
            // The two that have everything on them, live parts and a stranger's words included, stand for all.
            foreach (var (name, path) in kept is null ? Pages.Where(page => page.Name is "proposal-open" or "job-running") : Pages)
                foreach (var (look, size, flags) in kept is null ? Looks[..1] : Looks)
                    await DrawAsync(path, Path.Combine(folder.FullName, $"{name}-{look}.png"), size, flags);
        }
        finally
        {
            if (kept is null) folder.Delete(recursive: true);
        }
    }

    private async Task DrawAsync(string path, string picture, string size, string[] flags)
    {
        File.Delete(picture);
        var start = new ProcessStartInfo(Chromium) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])[
            "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr", "--log-level=0",
            $"--screenshot={picture}", $"--window-size={size}",
            .. flags, new Uri(node.Address, path).ToString()])
            start.ArgumentList.Add(argument);
        using var browser = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        using var ended = patience.Token.Register(() => browser.Kill(entireProcessTree: true));
        var said = await Task.WhenAll(browser.StandardError.ReadToEndAsync(patience.Token),
            browser.StandardOutput.ReadToEndAsync(patience.Token));
        await browser.WaitForExitAsync(patience.Token);

        File.Exists(picture).ShouldBeTrue(path);
        // What a page's policy forbids, and any error in a script, is written to the console.
        said[0].Split('\n').Where(line => line.Contains(":CONSOLE", StringComparison.Ordinal)).ShouldBeEmpty(path);
    }
}
