using DataBright.Node.Tests;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace DataBright.Browser.Tests;

/// <summary>
/// Every page in light and dark, on a desk and on a phone: axe finds nothing, nothing runs over the edge. With DATABRIGHT_GALLERY naming a
/// folder the pictures stay there for people to look at.
/// </summary>
public sealed class LookTests(Chromium chromium, LookTests.Sample sample) : IClassFixture<LookTests.Sample>
{
    internal const string All = """{"type":"tag","values":["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]}""";

    /// <summary>All that another light can change.</summary>
    private const string Colours = """{"type":"rule","values":["color-contrast","link-in-text-block"]}""";

    internal const string RunAxe = """
        async (rules) => (await axe.run(document, { runOnly: JSON.parse(rules), resultTypes: ["violations"] })).violations
          .map((found) => `${found.id}: ${found.help}: ${found.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | ")}`)
        """;

    public static TheoryData<string> Pages =>
    [
        "/", "/?q=nothing", "/datasets/1", "/datasets/3", "/datasets/4", "/proposals", "/proposals/3", "/proposals/6", "/proposals/7",
        "/proposals/10", "/proposals/11", "/proposals/12", "/requests", "/requests/1", "/requests/2", "/models",
        "/models/2", "/models/3", "/jobs", "/jobs/7", "/jobs/9", "/jobs/10", "/workers", "/portfolio/" + SampleMarket.Account(2),
        "/account", "/datasets/99",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_is_sound_in_every_light_and_width(string path)
    {
        var page = await sample.PageAsync(chromium);
        var complaints = new List<string>();
        EventHandler<IConsoleMessage> hear = (_, said) => { if (said.Type == "error"
            && !said.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)) complaints.Add(said.Text); };
        page.Console += hear;
        await page.SetViewportSizeAsync(1280, 900);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(part => part.open = true)");
        await page.EvaluateAsync(sample.Axe);
        foreach (var (name, scheme, width, rules) in new[] { ("light", ColorScheme.Light, 1280, All),
            ("phone", ColorScheme.Light, 390, All), ("dark", ColorScheme.Dark, 1280, Colours) })
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            (await page.EvaluateAsync<string[]>(RunAxe, rules)).ShouldBeEmpty($"{path}, {name}");
            (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .ShouldBeLessThanOrEqualTo(0, $"{path}, {name}: wider than the window");
            if (Environment.GetEnvironmentVariable("DATABRIGHT_GALLERY") is { Length: > 0 } gallery)
                await page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(gallery, $"{NameOf(path)}-{name}.png") });
        }
        page.Console -= hear;
        complaints.ShouldBeEmpty(path);
    }

    private static string NameOf(string path) =>
        path == "/" ? "explore" : path.Trim('/').Replace('/', '-').Replace('?', '-') is var name && name.Length > 24 ? name[..24] : name;

    /// <summary>
    /// The node with everything on it, and one page of a browser whose wallet is a shareholder's: so that what she may do is on the pages.
    /// </summary>
    public sealed class Sample : IAsyncLifetime
    {
        private readonly SampleNode _node = new();
        private IBrowserContext? _context;
        private IPage? _page;

        public Uri Address => _node.Address;

        public string Axe { get; } = new BundledAxeScriptProvider().GetScript();

        public async Task<IPage> PageAsync(Chromium chromium)
        {
            if (_page is not null) return _page;
            _context = await chromium.Browser
                .NewContextAsync(new() { BaseURL = _node.Address.ToString(), ReducedMotion = ReducedMotion.Reduce });
            await _context.AddCookiesAsync(
                [new Cookie { Name = "account", Value = SampleMarket.Account(2).ToString(), Url = _node.Address.ToString() }]);
            return _page = await _context.NewPageAsync();
        }

        public ValueTask InitializeAsync() => _node.InitializeAsync();

        public async ValueTask DisposeAsync()
        {
            if (_context is not null) await _context.DisposeAsync();
            await _node.DisposeAsync();
        }
    }
}
