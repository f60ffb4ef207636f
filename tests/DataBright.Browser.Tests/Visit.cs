using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace DataBright.Browser.Tests;

/// <summary>One person's browser on the node, which keeps record of everything that should not happen.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Uri _node;

    private Visit(IBrowserContext context, IPage page, Uri node) => (_context, Page, _node) = (context, page, node);

    public IPage Page { get; }

    /// <summary>Dialogs, requests to other hosts, breaches of the pages' policy, errors of scripts.</summary>
    public ConcurrentQueue<string> Trouble { get; } = [];

    /// <summary>The bodies that were sent to the node.</summary>
    public ConcurrentQueue<string> Posted { get; } = [];

    public static async Task<Visit> OpenAsync(Chromium chromium, BrowserTestMarket town, Wallet? wallet = null,
        BrowserNewContextOptions? options = null, bool announced = true, bool connected = true)
    {
        options ??= new BrowserNewContextOptions();
        options.BaseURL = town.Node.Address.ToString();
        var context = await chromium.Browser.NewContextAsync(options);
        context.SetDefaultTimeout(30_000);
        if (wallet is not null)
        {
            await wallet.InstallAsync(context, announced);
            if (connected)
                await context.AddCookiesAsync(
                    [new Cookie { Name = "account", Value = wallet.Address.ToString(), Url = town.Node.Address.ToString() }]);
        }
        var visit = new Visit(context, await context.NewPageAsync(), town.Node.Address);
        visit.Watch();
        return visit;
    }

    public async Task GoAsync(string path) => (await Page.GotoAsync(path))!.Status.ShouldBe(200, path);

    /// <summary>What the page told last, above its content.</summary>
    public ILocator Word => Page.Locator("#word");

    public Task<string> CookiesAsync() => ReadCookiesAsync();

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private async Task<string> ReadCookiesAsync() =>
        string.Join("; ", (await _context.CookiesAsync()).Select(cookie => $"{cookie.Name}={cookie.Value}"));

    private void Watch()
    {
        Page.Dialog += async (_, dialog) =>
        {
            Trouble.Enqueue($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        Page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: not "data" } url && url.Authority != _node.Authority)
                Trouble.Enqueue($"request: {request.Url}");
            if (request.PostData is { } body) Posted.Enqueue(body);
        };
        Page.PageError += (_, error) => Trouble.Enqueue($"error: {error}");
        // What the policy forbids is written to the console; so is an answer that says no, which some tests ask for.
        Page.Console += (_, said) =>
        {
            if (said.Type == "error" && !said.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                Trouble.Enqueue($"console: {said.Text}");
        };
    }
}
