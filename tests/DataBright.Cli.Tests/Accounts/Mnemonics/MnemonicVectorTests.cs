using DataBright.Cli.Accounts.Mnemonics;
using DataBright.Terminal;
using NBitcoin;

namespace DataBright.Cli.Tests.Accounts.Mnemonics;

/// <summary>
/// The vectors of BIP-39 and BIP-32 that ethers is held against: 1,409 mnemonics in eight languages, and nine word lists.
/// </summary>
public sealed class MnemonicVectorTests
{
    /// <summary>Lists that NBitcoin does not have: their words are refused, as those of no list.</summary>
    private static readonly string[] Missing = ["it", "ko"];

    private static readonly Dictionary<string, Func<Wordlist>> Lists = new()
    {
        ["cz"] = () => Wordlist.Czech,
        ["en"] = () => Wordlist.English,
        ["es"] = () => Wordlist.Spanish,
        ["fr"] = () => Wordlist.French,
        ["ja"] = () => Wordlist.Japanese,
        ["zh_cn"] = () => Wordlist.ChineseSimplified,
        ["zh_tw"] = () => Wordlist.ChineseTraditional,
    };

    [Fact]
    public void Every_vector_leads_to_its_seed_its_keys_and_its_addresses()
    {
        var (phrases, keys) = (0, 0);
        foreach (var vector in Testcases.Read("hdnode").Where(vector => !Missing.Contains(vector.Find("locale"))))
        {
            var phrase = MnemonicPhrase.Parse(vector.Text("mnemonic"));
            var passphrase = vector.Find("password") ?? "";
            // The file names no seed's key where it lists no nodes: the root's key then stands for the seed.
            var seed = Convert.FromHexString(vector.Text("seed")[2..]);
            using (var root = phrase.Derive(DerivationPath.Parse("m"), passphrase))
                Secret(root).ShouldBe(Convert.ToHexString(ExtKey.CreateFromSeed(seed).PrivateKey.ToBytes()).ToLowerInvariant(),
                    vector.Text("name"));
            foreach (var node in vector.GetProperty("hdnodes").EnumerateArray())
            {
                using var key = phrase.Derive(DerivationPath.Parse(node.Text("path")), passphrase);
                key.Address.ToString().ToLowerInvariant().ShouldBe(node.Text("address"), $"{vector.Text("name")} {node.Text("path")}");
                Secret(key).ShouldBe(node.Text("privateKey")[2..]);
                keys++;
            }
            phrases++;
        }
        (phrases, keys).ShouldBe((1_319, 6_289));
    }

    [Fact]
    public void Vectors_of_lists_that_are_not_known_are_refused()
    {
        var vectors = Testcases.Read("hdnode").Where(vector => Missing.Contains(vector.Find("locale"))).ToList();
        vectors.Count.ShouldBe(90);

        foreach (var vector in vectors)
            Should.Throw<Failure>(() => MnemonicPhrase.Parse(vector.Text("mnemonic"))).ExitCode.ShouldBe(ExitCode.BadInput);
    }

    [Fact]
    public void Word_lists_are_the_standards_to_the_word()
    {
        var vectors = Testcases.Read("wordlists");
        vectors.Select(vector => vector.Text("locale")).ShouldBe(Lists.Keys.Concat(Missing), ignoreOrder: true);

        foreach (var vector in vectors.Where(vector => !Missing.Contains(vector.Text("locale"))))
        {
            var list = Lists[vector.Text("locale")]();
            var words = vector.Text("content").TrimEnd('\n').Split('\n');
            words.Length.ShouldBe(2048);
            for (var i = 0; i < words.Length; i++)
            {
                list.WordExists(words[i], out var index).ShouldBeTrue($"{vector.Text("locale")} {words[i]}");
                index.ShouldBe(i);
            }
        }
    }

    private static string Secret(Ethereum.EthereumKey key)
    {
        var secret = new byte[32];
        key.CopySecretTo(secret);
        return Convert.ToHexString(secret).ToLowerInvariant();
    }
}
