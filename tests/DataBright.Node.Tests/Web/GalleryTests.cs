using System.Diagnostics;

namespace DataBright.Node.Tests.Web;

/// <summary>
/// Lets a real browser draw every page. With DATABRIGHT_GALLERY naming a folder the pictures are kept there for people to look at.
/// </summary>
public sealed class GalleryTests(SampleNode node) : IClassFixture<SampleNode>
{
    public static TheoryData<string, string> Pages => new()
    {
        { "explore", "/" },
        { "search", "/?q=clinics" },
        { "dataset", "/datasets/1" },
        { "dataset-hostile", "/datasets/4" },
        { "proposals", "/proposals" },
        { "proposal-open", "/proposals/6" },
        { "proposal-rejected", "/proposals/3" },
        { "models", "/models" },
        { "model", "/models/3" },
        { "jobs", "/jobs" },
        { "job-running", "/jobs/10" },
        { "job-settled", "/jobs/9" },
        { "workers", "/workers" },
        { "portfolio", "/portfolio/" + SampleMarket.Account(2) },
        { "missing", "/datasets/99" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_browser_draws_the_page(string name, string path)
    {
        string? folder = Environment.GetEnvironmentVariable("DATABRIGHT_GALLERY");
        Assert.SkipWhen(folder is null, "Set DATABRIGHT_GALLERY to a folder to have every page drawn by Chromium.");
        Assert.SkipUnless(File.Exists("/usr/bin/chromium"), "Chromium is not installed.");
        Directory.CreateDirectory(folder);
        foreach (var (look, size, flags) in new[] { ("light", "1200,1700", ""), ("dark", "1200,1700", "--blink-settings=preferredColorScheme=0"), ("phone", "500,2400", "") })
        {
            string picture = Path.Combine(folder, $"{name}-{look}.png");
            File.Delete(picture);
            var start = new ProcessStartInfo("/usr/bin/chromium") { RedirectStandardError = true, RedirectStandardOutput = true };
            foreach (string argument in new[] { "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", $"--screenshot={picture}", $"--window-size={size}", flags, new Uri(node.Address, path).ToString() }.Where(argument => argument.Length > 0))
                start.ArgumentList.Add(argument);
            using var browser = Process.Start(start)!;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(60));
            using var ended = patience.Token.Register(() => browser.Kill(entireProcessTree: true));
            await Task.WhenAll(browser.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken), browser.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
            await browser.WaitForExitAsync(TestContext.Current.CancellationToken);
            File.Exists(picture).ShouldBeTrue();
        }
    }
}
