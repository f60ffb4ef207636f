using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Terminal;
using DataBright.Testing.Odd;

namespace DataBright.Cli.Tests.Hostile;

/// <summary>Every command that reads the market, over one full of things at the far ends of their types.</summary>
public sealed class OddMarketTests : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();
    private ScriptedChain _chain = null!;

    public ValueTask InitializeAsync()
    {
        _chain = new ScriptedChain(new OddLedger(21).AnswerOf);
        _chain.Mine([.. OddLedger.Honest(), OddLedger.LateOrder, .. new OddLedger(22).Odd(15)]);
        OddLedger.Market.Save(Path.Combine(_home.Path, "market.json"));
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await _chain.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task Every_command_that_reads_answers_in_words_and_in_json()
    {
        var asked = 0;
        foreach (var words in Readers())
            foreach (var json in new[] { false, true })
            {
                var said = await Databright.CallAsync(_home.Path,
                    [.. words, "--rpc", _chain.Url.ToString(), .. json ? new[] { "--json" } : []]);
                // Unreachable: where the chain's own answer was no answer, which the command says.
                said.ExitCode.ShouldBeOneOf([ExitCode.Done, ExitCode.NotFound, ExitCode.Refused, ExitCode.Unreachable],
                    $"{string.Join(' ', words)}\n{said.Error}");
                said.Error.ShouldNotContain("please report", Case.Insensitive, string.Join(' ', words));
                OddLedger.HiddenIn(said.Output).ShouldBeNull(string.Join(' ', words));
                OddLedger.HiddenIn(said.Error).ShouldBeNull(string.Join(' ', words));
                asked++;
            }
        asked.ShouldBeGreaterThan(60);
    }

    [Fact]
    public async Task The_index_is_built_anew_and_says_what_is_left_out_and_lists_show_late_and_honest_jobs_alike()
    {
        var rebuilt = (await CallAsync("index", "rebuild", "--json")).ShouldSucceed().Json;
        rebuilt.GetProperty("block").GetUInt64().ShouldBe(_chain.Head);
        rebuilt.GetProperty("unreadable").GetInt64().ShouldBeGreaterThan(0);
        (await CallAsync("index", "rebuild")).ShouldSucceed().Output.ShouldContain("left out");

        var jobs = (await CallAsync("job", "list", "--limit", "100")).ShouldSucceed().Output;
        jobs.ShouldContain("2033-05-18 03:33 UTC");
        jobs.ShouldContain(ChainTime.Beyond);
        (await CallAsync("dataset", "list", "--limit", "100")).ShouldSucceed().Output.ShouldContain("Digits");
    }

    private Task<Finished> CallAsync(params string[] words) => Databright.CallAsync(_home.Path, [.. words, "--rpc", _chain.Url.ToString()]);

    /// <summary>Verbs that read, by their own examples: with each number there may be in place of the one in the example.</summary>
    private static IEnumerable<string[]> Readers()
    {
        foreach (var noun in Commands.Root().Subcommands)
            foreach (var verb in noun.Subcommands.OfType<Verb>()
                .Where(verb => verb.Name is "list" or "show" or "rebuild" && noun.Name != "account"))
            {
                var example = verb.Description!.Split('\n')[^1].Trim().Split(' ')[1..];
                if (verb.Name != "show") yield return [noun.Name, verb.Name,
                    .. verb.Name == "list" && noun.Name is not ("share" or "usage" or "channel") ? new[] { "--limit", "1000" } : []];
                if (verb.Arguments.Count > 0)
                    foreach (var id in OddLedger.Ids)
                        yield return [noun.Name, verb.Name, $"{id}"];
                foreach (var person in OddLedger.People.Where(_ => example.Any(word => word is "--holder" or "--contributor")))
                    yield return [noun.Name, verb.Name, example.First(word => word.StartsWith("--", StringComparison.Ordinal)),
                        person.ToString()];
            }
        foreach (var person in OddLedger.People) yield return ["account", "show", person.ToString()];
    }
}
