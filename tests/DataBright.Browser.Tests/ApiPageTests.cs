using System.Collections.Concurrent;
using System.Net;
using Microsoft.Playwright;

namespace DataBright.Browser.Tests;

/// <summary>The REST interface as a page: drawn by Scalar's scripts from this node, under a policy of that page alone.</summary>
public sealed class ApiPageTests(Chromium chromium, LookTests.Sample sample) : IClassFixture<LookTests.Sample>
{
    [Theory]
    [InlineData("api", HttpStatusCode.OK)]
    [InlineData("api/v1", HttpStatusCode.OK)]
    [InlineData("api/v2", HttpStatusCode.NotFound)]
    [InlineData("api/x'-alert(1)-'", HttpStatusCode.NotFound)]
    [InlineData("api/..%5Cipfs%5Cbafkqaaa%3F", HttpStatusCode.NotFound)]
    public async Task No_address_makes_the_page_open_another_document(string path, HttpStatusCode status)
    {
        await using var context = await chromium.Browser.NewContextAsync();
        (await context.APIRequest.GetAsync(sample.Address + path)).Status.ShouldBe((int)status);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_operations_are_shown_and_nothing_is_asked_of_another_host(ColorScheme scheme)
    {
        await using var context = await chromium.Browser.NewContextAsync(
            new() { BaseURL = sample.Address.ToString(), ColorScheme = scheme, ViewportSize = new() { Width = 1280, Height = 900 } });
        var page = await context.NewPageAsync();
        var trouble = new ConcurrentQueue<string>();
        page.Console += (_, said) => { if (said.Type is "error" or "warning") trouble.Enqueue(said.Text); };
        page.PageError += (_, error) => trouble.Enqueue(error);
        page.Request += (_, request) => { if (new Uri(request.Url) is { Scheme: not "data" and not "blob" } url
            && url.Authority != sample.Address.Authority) trouble.Enqueue(request.Url); };

        (await page.GotoAsync("/api"))!.Status.ShouldBe(200);
        await Assertions.Expect(page.GetByText("How far the ledger has been read").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Datasets" }).First.ClickAsync();
        await page.EvaluateAsync(sample.Axe);
        // Each operation's card of example answers bears the same name; that is Scalar's to change.
        (await page.EvaluateAsync<string[]>(LookTests.RunAxe, LookTests.All))
            .Where(found => !found.StartsWith("landmark-unique", StringComparison.Ordinal)).ShouldBeEmpty();
        if (Environment.GetEnvironmentVariable("DATABRIGHT_GALLERY") is { Length: > 0 } gallery)
            await page.ScreenshotAsync(new() { Path = Path.Combine(gallery, $"api-{scheme}.png".ToLowerInvariant()) });
        trouble.ShouldBeEmpty();
    }
}
