using System.Text;
using System.Text.Json;
using DataBright.Node.Tests.Watching;

namespace DataBright.Cli.Tests.Watching;

/// <summary>A real node that tells all it can, through real flows: what came out is useful, and nothing of anybody's is in it.</summary>
public sealed class SecrecyTests
{
    [Fact]
    public async Task Everything_is_told_but_secrets_and_the_words_of_strangers()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var node = await WatchedProcess.StartAsync(collector.Address);
        await node.LiveAsync();
        var metrics = await UntilIndexedAsync(node);
        var log = await node.EndAsync();

        var read = Exposition.Read(metrics);
        read["databright_chain_up"].ShouldBe(1);
        read["databright_transactions_sent_total"].ShouldBe(1, "the ballot");
        read["databright_transactions_pending"].ShouldBe(0);
        read["databright_uploads_begun_total"].ShouldBe(1);
        read["databright_jobs{state=\"running\"}"].ShouldBe(0);
        read["databright_requests_refused_total{area=\"relay\",rule=\"signatureInvalid\"}"].ShouldBe(1);
        read["databright_requests_refused_total{area=\"account\",rule=\"unlock\"}"].ShouldBe(1);
        // The web server says of a machine that is slow that it is slow.
        Categories(log).Where(category => category != "Microsoft.AspNetCore.Server.Kestrel")
            .ShouldBe(["DataBright.Ethereum.Chain", "DataBright.Market.Index", "DataBright.Node.Requests",
                "DataBright.Node.Rest.RefusalMetrics"], ignoreOrder: true);
        foreach (var name in new[] { "databright.index.events", "databright.transactions.sent", "http.server.request.duration" })
            collector.Texts("/v1/metrics").ShouldContain(name);
        foreach (var name in new[] { "index.pass", "chain.request", "eth_sendRawTransaction", "POST /account/unlock",
            "POST /api/v1/proposals/{id}/ballots" }) collector.Texts("/v1/traces").ShouldContain(name);

        foreach (var what in new[] { "the key", "the password", "the signature", "the voter", "the session", "the upload",
            "scheduler.development-key", "relayer.development-key" }) node.Secrets.ShouldContainKey(what);
        var all = string.Join('\n', log) + metrics;
        foreach (var (what, secret) in node.Secrets.Append(new("a word of a stranger", "marked")))
        {
            all.ShouldNotContain(secret, Case.Insensitive, what);
            collector.Contains(secret).ShouldBeFalse(what);
            collector.Contains(secret.ToLowerInvariant()).ShouldBeFalse(what);
            if (secret.Length % 2 == 0 && secret.All(char.IsAsciiHexDigit))
                collector.Contains(Convert.FromHexString(secret)).ShouldBeFalse($"{what}, in bytes");
        }

        await Promtool.AcceptsAsync(metrics);
    }

    /// <summary>Every line is a document with what a reader of logs needs.</summary>
    private static List<string> Categories(string[] log) => log.Select(line =>
    {
        using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(line));
        document.RootElement.GetProperty("Message").GetString().ShouldNotBeNullOrEmpty();
        document.RootElement.GetProperty("LogLevel").GetString().ShouldNotBeNullOrEmpty();
        document.RootElement.GetProperty("Timestamp").GetDateTimeOffset().ShouldNotBe(default);
        return document.RootElement.GetProperty("Category").GetString()!;
    }).Distinct().ToList();

    private static async Task<string> UntilIndexedAsync(WatchedProcess node)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var metrics = await node.ScrapeAsync();
            if (metrics.Contains("databright_index_blocks_behind 0\n", StringComparison.Ordinal)
                && metrics.Contains("databright_blobs_size_bytes ", StringComparison.Ordinal)) return metrics;
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
