namespace DataBright.Ethereum.Tests.Vectors;

public sealed class CoverageTests
{
    private static readonly string[] Used =
    [
        "accounts", "contract-events", "contract-interface", "contract-interface-abi2", "contract-signatures", "eip712",
        "hashes", "rlp-coder", "solidity-hashes", "transactions", "typed-transactions", "wallets",
    ];

    private static readonly Dictionary<string, string> LeftOut = new()
    {
        ["bignumber"] = "the input of a JavaScript class for numbers of any size",
        ["hdnode"] = "keys are made one by one here, not derived from a mnemonic",
        ["namehash"] = "the name service is not used",
        ["nameprep"] = "the name service is not used",
        ["units"] = "how a JavaScript library writes ether; amounts here are whole units",
        ["wordlists"] = "mnemonics are not used",
    };

    [Fact]
    public void Every_file_of_the_package_is_run_or_left_out_for_a_reason()
    {
        var folder = Path.Combine(Repository.Root, "node_modules", "@ethersproject", "testcases", "testcases");
        Directory.GetFiles(folder).Select(file => Path.GetFileName(file).Replace(".json.gz", "", StringComparison.Ordinal))
            .ShouldBe(Used.Concat(LeftOut.Keys), ignoreOrder: true);
    }
}
