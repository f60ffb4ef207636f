using System.Globalization;
using System.Text.Json.Nodes;
using DataBright.Cli.Tests.Datasets;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>Datasets from Croissant cards, and cards of datasets.</summary>
[Collection(nameof(RunningMarket))]
public sealed class CroissantTests(RunningMarket market) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_dataset_is_made_of_a_card_and_its_own_card_is_written()
    {
        var dataset = (await market.RunAsync(
            "dataset", "create", "--name", "Street pets", "--symbol", "PETS", "--croissant", Card(0), "--held-out", "20%", "--key",
            "ines", "--json"))
            .ShouldSucceed().Json.GetProperty("id").GetRawText();

        var shown = (await market.RunAsync("dataset", "show", dataset, "--json")).ShouldSucceed().Json;
        shown.GetProperty("meaning").GetProperty("classes").EnumerateArray().Select(name => name.GetString()).ShouldBe(["dog", "cat"]);
        shown.GetProperty("meaning").GetProperty("columns")[1].GetProperty("name").GetString().ShouldBe("width");
        var page = await market.GetAsync($"/datasets/{dataset}");
        page.ShouldContain("Pets of the street.");
        page.ShouldContain("cc-by-4.0");

        var file = _folder["out.json"];
        var written = (await market.RunAsync("dataset", "card", dataset, "--out", file, "--node", "https://node.example/", "--json"))
            .ShouldSucceed().Json;
        written.GetProperty("license").GetString().ShouldBe("cc-by-4.0");
        var card = JsonNode.Parse(File.ReadAllText(file))!;
        card["url"]!.GetValue<string>().ShouldBe($"https://node.example/datasets/{dataset}");
        card["creator"]![0]!["name"]!.GetValue<string>().ShouldBe("Ada");
        card["recordSet"]!.AsArray().Select(set => set!["@id"]!.GetValue<string>()).ShouldBe(["points", "classes"]);
        card["recordSet"]![0]!["field"]!.AsArray().Select(field => field!["name"]!.GetValue<string>())
            .ShouldBe(["height", "width", "label"]);
        var source = card["distribution"]![0]!;
        source["contentUrl"]!.GetValue<string>().ShouldStartWith("https://node.example/ipfs/");
        using var http =
            new HttpClient(new SocketsHttpHandler()) { BaseAddress =
                new Uri((string)JsonNode.Parse(File.ReadAllText(Path.Combine(market.Home, "node.json")))!["address"]!) };
        var bytes = await http.GetByteArrayAsync(new Uri(source["contentUrl"]!.GetValue<string>()).AbsolutePath,
            TestContext.Current.CancellationToken);
        Digest.Of(bytes).ToString().ShouldBe(source["sha256"]!.GetValue<string>());
        (await market.RunAsync("dataset", "card", dataset, "--out", file)).ShouldFailClearly(ExitCode.Refused, "exists");
        JsonNode.Parse((await market.RunAsync("dataset", "card", dataset, "--license", "mit")).ShouldSucceed().Output)!["license"]!
            .GetValue<string>().ShouldBe("mit");

        var offered = await market.RunAsync("proposal", "create", "--dataset", dataset, "--croissant", Card(100), "--anyway", "--key",
            "ines", "--json");
        offered.ShouldSucceed().Json.GetProperty("points").GetInt32().ShouldBe(40);
    }

    [Fact]
    public async Task A_card_needs_a_licence_and_a_dataset()
    {
        (await market.RunAsync("dataset", "card", "1", "--node", "https://node.example")).ShouldFailClearly(ExitCode.Usage,
            "say it with --license");
        (await market.RunAsync("dataset", "card", "9999", "--license", "mit")).ShouldFailClearly(ExitCode.NotFound, "9999");
    }

    private string Card(int seed)
    {
        var rows = Enumerable.Range(seed, 40)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{150 + i % 40}.5,{i / 7.0:R},{(i % 2 == 0 ? "dog" : "cat")}"));
        File.WriteAllText(_folder[$"rows-{seed}.csv"], $"height,width,kind\n{string.Join('\n', rows)}\n");
        var card = CroissantCards.Of(CroissantCards.File("rows", $"rows-{seed}.csv", "text/csv"), $$"""
            { "@type": "cr:RecordSet", "@id": "kinds", "dataType": "sc:Enumeration", "field": [ {{CroissantCards.Field("kinds/name",
                "sc:Text")}} ], "data": [ { "kinds/name": "dog" }, { "kinds/name": "cat" } ] },
            {{CroissantCards.Records("pets",
                string.Join(',', CroissantCards.Field("pets/height", "sc:Float", CroissantCards.Column("rows", "height")),
                CroissantCards.Field("pets/width", "sc:Float", CroissantCards.Column("rows", "width")),
                CroissantCards.Field("pets/kind", "sc:Text", CroissantCards.Column("rows", "kind"), CroissantCards.Refers("kinds/name"))))}}
            """);
        File.WriteAllText(_folder[$"card-{seed}.json"], card);
        return _folder[$"card-{seed}.json"];
    }
}
