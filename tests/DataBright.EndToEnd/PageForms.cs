using System.Net;
using System.Text.RegularExpressions;

namespace DataBright.EndToEnd;

/// <summary>A node's pages as somebody uses them who has no script: plain forms, an account that is unlocked on the machine.</summary>
internal sealed partial class PageForms : IDisposable
{
    private const string File = "file";

    private readonly HttpClient _http;

    public PageForms(Uri node) => _http = new HttpClient(
        new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = node };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public Task<string> ReadAsync(string page) => _http.GetStringAsync(page, Stop);

    public Task UnlockAsync(string account) => SendAsync("/account", "action=\"/account/unlock\"", "/account/unlock",
        ("name", account), ("password", ""));

    /// <summary>Sends the form of a page that makes something ready.</summary>
    /// <returns>The page of what is ready.</returns>
    public async Task<string> PrepareAsync(string page, params (string Name, string Value)[] fields) =>
        await SendAsync(page, $"action=\"{page}\"", page, fields);

    /// <summary>Sends the form of a page that acts.</summary>
    /// <returns>What the page that it leads to shows: it tells what was done.</returns>
    public async Task<string> ActAsync(string page, string action, params (string Name, string Value)[] fields) =>
        await FollowAsync(await SendAsync(page, $"action=\"/act/{action}\"", $"/act/{action}", fields));

    public void Dispose() => _http.Dispose();

    private async Task<string> FollowAsync(string page)
    {
        while (true)
        {
            using var answer = await _http.GetAsync(page, Stop);
            if (answer.Headers.Location is not { } next) return await answer.Content.ReadAsStringAsync(Stop);
            page = next.ToString();
        }
    }

    private async Task<string> SendAsync(string page, string mark, string path, params (string Name, string Value)[] fields)
    {
        var html = await ReadAsync(page);
        var at = html.IndexOf(mark, StringComparison.Ordinal);
        at.ShouldBeGreaterThan(0, $"{page} has no form {mark}:\n{html}");
        using var form = new MultipartFormDataContent();
        var hidden = Hidden().Matches(html[at..html.IndexOf("</form>", at, StringComparison.Ordinal)])
            .Select(field => (Name: field.Groups[1].Value, Value: WebUtility.HtmlDecode(field.Groups[2].Value)));
        foreach (var (name, value) in hidden.Where(field => fields.All(given => given.Name != field.Name)))
            form.Add(new StringContent(value), name);
        foreach (var (name, value) in fields)
            if (name == File) form.Add(new StringContent(value), name, "points.csv");
            else form.Add(new StringContent(value), name);
        using var answer = await _http.PostAsync(path, form, Stop);
        var said = await answer.Content.ReadAsStringAsync(Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, said);
        return answer.Headers.Location!.ToString();
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)"\s*/?>""")]
    private static partial Regex Hidden();
}
