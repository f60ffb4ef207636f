using System.Net;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Node;
using DataBright.Node.Web;
using Microsoft.Playwright;

namespace DataBright.Browser.Tests;

/// <summary>A visitor tries a model with a picture of its own.</summary>
public sealed class TryItTests(Chromium chromium, BrowserTestMarket town)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_picture_is_answered_with_what_the_weights_on_the_ledger_say(bool script)
    {
        var pixels = new byte[28 * 28];
        for (int y = 4; y < 24; y++) pixels[y * 28 + 14] = pixels[y * 28 + 15] = 255;
        using var model = new Predictor(Architectures.SoftmaxRegression, town.Weights);
        var scores = model.Predict(pixels.Select(pixel => pixel / 255f).ToArray());
        int label = Array.IndexOf(scores, scores.Max());

        await using var visit = await Visit.OpenAsync(chromium, town, options: new() { JavaScriptEnabled = script });
        await visit.GoAsync($"/models/{town.Model}");
        await visit.Page.GetByLabel("Your picture")
            .SetInputFilesAsync(new FilePayload { Name = "one.png", MimeType = "image/png", Buffer = PngWriter.Encode(pixels, 28, 28, 1) });
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Ask the model" }).ClickAsync();

        var answer = visit.Page.Locator(".answer");
        await Assertions.Expect(answer.Locator(".verdict")).ToContainTextAsync(label.ToString());
        await Assertions.Expect(answer).ToContainTextAsync("signed by worker");
        await Assertions.Expect(answer.Locator("code.hash"))
            .ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex("(?i)" + town.Weights.Hash.ToString()[..16]));
        await Assertions.Expect(answer.Locator("tbody tr").First.Locator("td").Last)
            .ToHaveTextAsync(scores[label].ToString("0.000", System.Globalization.CultureInfo.InvariantCulture).Replace('-', '−'));
        (await visit.Page.EvalOnSelectorAsync<int>(".answer img", "image => image.naturalWidth")).ShouldBe(28);
        visit.Trouble.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not a PNG")]
    [InlineData("<html><script>alert(1)</script>", "a web page or XML")]
    public async Task A_picture_that_is_none_is_refused_in_words_and_never_shown(string poison, string why)
    {
        await using var visit = await Visit.OpenAsync(chromium, town);
        await visit.GoAsync($"/models/{town.Model}");
        await visit.Page.GetByLabel("Your picture")
            .SetInputFilesAsync(new FilePayload { Name = "x.png", MimeType = "image/png",
                Buffer = System.Text.Encoding.UTF8.GetBytes(poison) });
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Ask the model" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(why);
        await Assertions.Expect(visit.Page.Locator(".answer")).ToHaveCountAsync(0);
        visit.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_text_for_a_model_of_pictures_is_refused_in_words()
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = town.Node.Address };
        using var tried = await http.PostAsync($"/models/{town.Model}/try", new FormUrlEncodedContent([new("text", "seven")]), Stop);
        tried.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await tried.Content.ReadAsStringAsync(Stop)).ShouldContain("numbers, not texts");
    }

    [Fact]
    public async Task Addresses_of_workers_come_from_the_node_alone()
    {
        // Nobody listens at the first address, and no worker at the second.
        await using var node = await NodeHost.StartAsync(town.Options
            with { Home = Copy(), LocalAccounts = false, Serving = [new Uri("http://127.0.0.1:9/"), town.Node.Address] }, Stop);
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
        await UntilAsync(http, $"/models/{town.Model}");
        (await http.GetStringAsync($"/models/{town.Model}", Stop)).ShouldContain("No worker beside this node serves it now.");
        using var tried = await http.PostAsync($"/models/{town.Model}/try",
            new FormUrlEncodedContent([new("row", "1,2"), new("worker", town.Node.Address.ToString()), new("at", "http://127.0.0.1:1/")]),
            Stop);
        tried.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    private string Copy()
    {
        var home = Directory.CreateDirectory(Path.Combine(town.Home, "copies", Path.GetRandomFileName())).FullName;
        File.Copy(Path.Combine(town.Home, "market.json"), Path.Combine(home, "market.json"));
        return home;
    }

    private static async Task UntilAsync(HttpClient http, string path)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while ((await http.GetAsync(path, patience.Token)).StatusCode != HttpStatusCode.OK) await tick.WaitForNextTickAsync(patience.Token);
    }
}
