using System.Net;
using System.Text.RegularExpressions;
using DataBright.Market;
using DataBright.Node.Configuration;
using DataBright.Node;

namespace DataBright.Browser.Tests;

/// <summary>The forms that act with keys of this machine, as a program that means harm would send them.</summary>
public sealed partial class LocalFormTests(BrowserTestMarket town) : IDisposable
{
    private readonly CookieContainer _cookies = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _http?.Dispose();

    private HttpClient? _http;

    private HttpClient Http =>
        _http ??= new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false,
            CookieContainer = _cookies }) { BaseAddress = town.Node.Address };

    [Fact]
    public async Task A_form_that_is_sent_twice_acts_once_and_tells_the_same()
    {
        await UnlockAsync();
        var form = await FormAsync("/portfolio/" + town.Dora.Address, "transfer", ("dataset", town.Sealed.ToString()), ("shares", "1.5"),
            ("to", town.Eve.Address.ToString()));
        var before = await town.Ledger.Shares.BalanceAsync(town.Sealed, town.Eve.Address, Stop);
        var answers = await Task.WhenAll(SendAsync("/act/transfer", form), SendAsync("/act/transfer", form));
        var again = await SendAsync("/act/transfer", form);

        answers.Append(again).Select(answer => (answer.StatusCode, answer.Headers.Location?.ToString())).Distinct().Count().ShouldBe(1);
        again.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await town.Ledger.Shares.BalanceAsync(town.Sealed, town.Eve.Address, Stop)).ShouldBe(before + ShareAmount.Parse("1.5"));
        (await Http.GetStringAsync(again.Headers.Location, Stop)).ShouldContain("1.5 shares of dataset");
    }

    [Fact]
    public async Task A_comment_is_said_worded_anew_and_hidden_from_the_page()
    {
        await UnlockAsync();
        var proposal = await town.ProposeAsync(town.Digits, Stop);
        var page = $"/proposals/{proposal}";
        (await Http.GetStringAsync(page, Stop)).ShouldNotContain("/act/reword-comment");
        (await SendAsync("/act/comment", await FormAsync(page, "comment", ("text", "Where from?")))).StatusCode
            .ShouldBe(HttpStatusCode.SeeOther);

        // A later wording is of a later second.
        var said = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() == said) await tick.WaitForNextTickAsync(Stop);
        (await SendAsync("/act/reword-comment",
            await FormAsync(page, "reword-comment", ("text", "Where from, and since when?")))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await Http.GetStringAsync(page, Stop)).ShouldSatisfyAllConditions(
            html => html.ShouldContain("Earlier wordings: 1"),
            html => html.ShouldContain(">Where from, and since when?</p>"));

        (await SendAsync("/act/hide-comment", await FormAsync(page, "hide-comment"))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await Http.GetStringAsync(page, Stop)).ShouldContain("shares want it hidden", customMessage: "below the quorum nothing is hidden");
        var wrong = (await FormAsync(page, "hide-comment"))
            .Select(field => field.Key == "comment" ? KeyValuePair.Create(field.Key, "0x" + new string('1', 64)) : field);
        (await Http.GetStringAsync((await SendAsync("/act/hide-comment", wrong)).Headers.Location ?? new Uri(page, UriKind.Relative), Stop))
            .ShouldContain("has no comment 0x11");
    }

    [Fact]
    public async Task A_form_without_its_token_or_from_another_site_does_nothing()
    {
        await UnlockAsync();
        var form = await FormAsync("/portfolio/" + town.Dora.Address, "transfer", ("dataset", town.Sealed.ToString()), ("shares", "1"),
            ("to", town.Eve.Address.ToString()));
        var nonce = await town.Client.NonceAsync(town.Dora.Address, stop: Stop);

        (await SendAsync("/act/transfer", form.Where(field => field.Key != "__RequestVerificationToken"))).StatusCode
            .ShouldBe(HttpStatusCode.BadRequest);
        (await SendAsync("/act/transfer", form, request => request.Headers.Add("Sec-Fetch-Site", "cross-site"))).StatusCode
            .ShouldBe(HttpStatusCode.BadRequest);
        (await SendAsync("/act/transfer", form, request => request.Headers.Add("Sec-Fetch-Site", "same-site"))).StatusCode
            .ShouldBe(HttpStatusCode.BadRequest);
        (await town.Client.NonceAsync(town.Dora.Address, stop: Stop)).ShouldBe(nonce);

        // The same form as it was meant acts: what stopped it above was not the form.
        (await SendAsync("/act/transfer", form, request => request.Headers.Add("Sec-Fetch-Site", "same-origin"))).StatusCode
            .ShouldBe(HttpStatusCode.SeeOther);
        (await town.Client.NonceAsync(town.Dora.Address, stop: Stop)).ShouldBe(nonce + 1);
    }

    [Fact]
    public async Task A_token_of_one_session_is_no_use_in_another()
    {
        await UnlockAsync();
        var stolen = await FormAsync("/portfolio/" + town.Dora.Address, "transfer", ("dataset", town.Sealed.ToString()), ("shares", "1"),
            ("to", town.Eve.Address.ToString()));
        _cookies.GetAllCookies().Single(cookie => cookie.Name == "databright-session").Expired = true;
        await UnlockAsync();
        (await SendAsync("/act/transfer", stolen)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("rebound.example")]
    [InlineData("10.0.0.7")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task A_node_that_holds_keys_answers_under_its_own_names_only(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/account");
        request.Headers.Host = $"{host}:{town.Node.Address.Port}";
        (await Http.SendAsync(request, Stop)).StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
        using var own = new HttpRequestMessage(HttpMethod.Get, "/account");
        own.Headers.Host = $"localhost:{town.Node.Address.Port}";
        (await Http.SendAsync(own, Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/portfolio\r\nSet-Cookie: x=y")]
    public async Task Nobody_is_sent_elsewhere_after_signing_in(string from)
    {
        var answer = await SendAsync("/account/unlock",
            [.. await FormAsync("/account", null), new("name", "dora"), new("password", ""), new("from", from)]);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.ToString().ShouldBe($"/portfolio/{town.Dora.Address}");
    }

    [Theory]
    [InlineData("../keys/cleo")]
    [InlineData("nobody")]
    [InlineData("")]
    public async Task An_account_that_is_not_there_is_refused_like_a_wrong_password(string name)
    {
        // A node of its own: what counts wrong passwords on the shared one is not to be used up here.
        await using var node = await NodeHost.StartAsync(town.Options with { Home = CopyHome() }, Stop);
        using var http =
            new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies }) { BaseAddress = node.Address };
        _http = http;
        var answer = await SendAsync("/account/unlock", [.. await FormAsync("/account", null), new("name", name), new("password", "x")]);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain("That password does not open that account.");
        for (int attempt = 0; attempt < 4; attempt++)
            await SendAsync("/account/unlock", [.. await FormAsync("/account", null), new("name", "cleo"), new("password", "x")]);
        answer = await SendAsync("/account/unlock",
            [.. await FormAsync("/account", null), new("name", "cleo"), new("password", BrowserTestMarket.Password)]);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain("5 attempts within a minute were wrong.");
    }

    [Fact]
    public async Task Local_accounts_are_for_the_embedded_chain_on_loopback_alone()
    {
        (await Should.ThrowAsync<NodeCannotStartException>(
            () => NodeHost.StartAsync(town.Options with { Listen = new Uri("http://0.0.0.0:0") }, Stop))).Message
            .ShouldContain("listens on this machine only");
        var home = CopyHome();
        var market = MarketFile.Load(Path.Combine(home, "market.json"))!;
        (market with { ChainId = 1 }).Save(Path.Combine(home, "market.json"));
        (await Should.ThrowAsync<NodeCannotStartException>(() => NodeHost.StartAsync(town.Options with { Home = home }, Stop))).Message
            .ShouldContain("embedded chain");
        await using var without = await NodeHost.StartAsync(town.Options with { Home = CopyHome(), LocalAccounts = false }, Stop);
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = without.Address };
        (await http.GetStringAsync("/account", Stop)).ShouldNotContain("password");
        (await http.PostAsync("/account/unlock", new FormUrlEncodedContent([]), Stop)).IsSuccessStatusCode.ShouldBeFalse();
    }

    private string CopyHome()
    {
        var home = Directory.CreateDirectory(Path.Combine(town.Home, "copies", Path.GetRandomFileName()));
        File.Copy(Path.Combine(town.Home, "market.json"), Path.Combine(home.FullName, "market.json"));
        Directory.CreateDirectory(Path.Combine(home.FullName, "keys"));
        File.Copy(Path.Combine(town.Home, "keys", "cleo.json"), Path.Combine(home.FullName, "keys", "cleo.json"));
        return home.FullName;
    }

    private async Task UnlockAsync()
    {
        var answer = await SendAsync("/account/unlock", [.. await FormAsync("/account", null), new("name", "dora"), new("password", "")]);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    /// <summary>The hidden fields of a form of a page, with what a person would fill in.</summary>
    private async Task<IReadOnlyList<KeyValuePair<string, string>>> FormAsync(string page, string? action,
        params (string Name, string Value)[] fields)
    {
        var html = await Http.GetStringAsync(page, Stop);
        var form =
            html[html.IndexOf(action is null ? "action=\"/account/unlock\"" : $"action=\"/act/{action}\"", StringComparison.Ordinal)..];
        form = form[..form.IndexOf("</form>", StringComparison.Ordinal)];
        return [.. Hidden().Matches(form)
            .Select(hidden => KeyValuePair.Create(hidden.Groups[1].Value, WebUtility.HtmlDecode(hidden.Groups[2].Value)))
            .Where(field => action is not null || field.Key != "from"),
            .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))];
    }

    private async Task<HttpResponseMessage> SendAsync(string path, IEnumerable<KeyValuePair<string, string>> form,
        Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        change?.Invoke(request);
        return await Http.SendAsync(request, Stop);
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)"\s*/?>""")]
    private static partial Regex Hidden();
}
