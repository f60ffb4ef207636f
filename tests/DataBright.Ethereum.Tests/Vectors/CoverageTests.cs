namespace DataBright.Ethereum.Tests.Vectors;

public sealed class CoverageTests
{
    private static readonly string[] Used =
    [
        "accounts", "contract-events", "contract-interface", "contract-interface-abi2", "contract-signatures", "eip712",
        "hashes", "rlp-coder", "solidity-hashes", "transactions", "typed-transactions", "wallets",
    ];

    /// <summary>Mnemonics are of the command line alone.</summary>
    private static readonly string[] UsedByTheCommandLine = ["hdnode", "wordlists"];

    private static readonly Dictionary<string, string> LeftOut = new()
    {
        ["bignumber"] = "the input of a JavaScript class for numbers of any size",
        ["namehash"] = "the name service is not used",
        ["nameprep"] = "the name service is not used",
        ["units"] = "how a JavaScript library writes ether; amounts here are whole units",
    };

    [Fact]
    public void Every_file_of_the_package_is_run_or_left_out_for_a_reason()
    {
        var folder = Path.Combine(Repository.Root, "node_modules", "@ethersproject", "testcases", "testcases");
        Directory.GetFiles(folder).Select(file => Path.GetFileName(file).Replace(".json.gz", "", StringComparison.Ordinal))
            .ShouldBe([.. Used, .. UsedByTheCommandLine, .. LeftOut.Keys], ignoreOrder: true);
    }

    [Fact]
    public void Those_of_mnemonics_are_run_by_the_tests_of_the_command_line()
    {
        var tests = File.ReadAllText(Path.Combine(Repository.Root, "tests", "DataBright.Cli.Tests", "Accounts", "Mnemonics",
            "MnemonicVectorTests.cs"));
        foreach (var name in UsedByTheCommandLine)
            tests.ShouldContain($"Testcases.Read(\"{name}\")");
    }
}
