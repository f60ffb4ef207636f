namespace DataBright.Ethereum.Tests.Abi;

public sealed class AbiSignatureTests
{
    [Theory]
    [InlineData("uint", "uint256", false, 1)]
    [InlineData("int", "int256", false, 1)]
    [InlineData("byte", "bytes1", false, 1)]
    [InlineData("function", "function", false, 1)]
    [InlineData("address payable", "address", false, 1)]
    [InlineData("uint8[2][3]", "uint8[2][3]", false, 6)]
    [InlineData("uint8[2][]", "uint8[2][]", true, 1)]
    [InlineData("string[4]", "string[4]", true, 1)]
    [InlineData("tuple(uint a, (bool,bytes32)[2] b)", "(uint256,(bool,bytes32)[2])", false, 5)]
    [InlineData(" ( string , bool ) [ 2 ] ", "(string,bool)[2]", true, 1)]
    public void Types_have_their_canonical_name_and_size(string text, string name, bool dynamic, int words)
    {
        // A lone type takes no modifier; a parameter does.
        var type = text.Contains("payable", StringComparison.Ordinal)
            ? AbiFunction.Parse($"f({text})").Inputs[0].Type
            : AbiType.Parse(text.Replace("[ 2 ]", "[2]", StringComparison.Ordinal));
        type.ToString().ShouldBe(name);
        type.IsDynamic.ShouldBe(dynamic);
        type.HeadWords.ShouldBe(words);
        type.ShouldBe(AbiType.Parse(name));
        type.GetHashCode().ShouldBe(AbiType.Parse(name).GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("uint7")]
    [InlineData("uint264")]
    [InlineData("uint08")]
    [InlineData("uint0")]
    [InlineData("int1024")]
    [InlineData("bytes0")]
    [InlineData("bytes33")]
    [InlineData("fixed128x18")]
    [InlineData("uint256[")]
    [InlineData("uint256[0]")]
    [InlineData("uint256[-1]")]
    [InlineData("uint256[99999999999]")]
    [InlineData("uint256[65536][65536]")]
    [InlineData("()")]
    [InlineData("(uint256")]
    [InlineData("(uint256,)")]
    [InlineData("uint256)")]
    [InlineData("struct")]
    [InlineData("1uint")]
    [InlineData("uint256 a")]
    public void What_is_no_type_is_refused(string text) => Should.Throw<AbiException>(() => AbiType.Parse(text));

    [Fact]
    public void Deep_and_long_types_are_refused_before_the_stack_ends()
    {
        Should.Throw<AbiException>(() => AbiType.Parse("uint" + string.Concat(Enumerable.Repeat("[]", 1000))));
        Should.Throw<AbiException>(() => AbiType.Parse(new string('(', 50000)));
        Should.Throw<AbiException>(() => AbiType.Parse(new string('(', 40) + "bool" + new string(')', 40)));
        Should.Throw<AbiException>(() => AbiType.Parse(new string('a', 100000))).Message.Length.ShouldBeLessThan(300);
    }

    [Fact]
    public void Functions_are_read_as_people_write_them()
    {
        var function = AbiFunction.Parse(
            "function claim(uint256 id, (address to, uint96 share)[] calldata parts) external payable returns (bool ok, uint256);");
        function.Signature.ShouldBe("claim(uint256,(address,uint96)[])");
        function.Inputs.Select(input => input.Name).ShouldBe(["id", "parts"]);
        function.Inputs[1].Type.Element!.Components.Select(part => part.Name).ShouldBe(["to", "share"]);
        function.Outputs.Select(output => (output.Name, output.Type.ToString())).ShouldBe([("ok", "bool"), ("", "uint256")]);
        function.Mutability.ShouldBe(AbiMutability.Payable);
        AbiFunction.Parse("function balanceOf(address) view returns (uint256)").Mutability.ShouldBe(AbiMutability.View);
        AbiFunction.Parse("transfer(address,uint256)").Selector.ToString().ShouldBe("0xa9059cbb");
    }

    [Theory]
    [InlineData("function")]
    [InlineData("function f")]
    [InlineData("function f(uint256")]
    [InlineData("function f(uint256 a b)")]
    [InlineData("function f() sometimes")]
    [InlineData("function f() returns")]
    [InlineData("function f(uint256); more")]
    public void What_is_no_function_is_refused(string text) => Should.Throw<AbiException>(() => AbiFunction.Parse(text));

    [Fact]
    public void Calls_and_results_pass_both_ways_and_others_are_refused()
    {
        var function = AbiFunction.Parse("function vote(uint256 proposal, bool support) returns (uint96)");
        var data = function.EncodeCall(3UL, true);
        function.DecodeCall(data).ShouldBe([3UL, true]);
        function.DecodeResult(function.EncodeResult(9UL)).ShouldBe([9UL]);
        data[0] ^= 1;
        Should.Throw<AbiException>(() => function.DecodeCall(data)).Message.ShouldContain("not vote(uint256,bool)");
        Should.Throw<AbiException>(() => function.DecodeCall(data.AsMemory(0, 3)));
    }

    [Fact]
    public void Reverts_are_decoded()
    {
        AbiError.Reason.Selector.ToString().ShouldBe("0x08c379a0");
        AbiError.Panic.Selector.ToString().ShouldBe("0x4e487b71");
        AbiError.Reason.Decode(AbiError.Reason.Encode("no funds")).ShouldBe(["no funds"]);
        AbiError.Panic.Decode(AbiError.Panic.Encode(0x11UL)).ShouldBe([0x11UL]);
        var error = AbiError.Parse("error TooFewLeft(uint256 id, uint128 unsold)");
        error.Decode(error.Encode(4UL, 5UL)).ShouldBe([4UL, 5UL]);
        Should.Throw<AbiException>(() => error.Decode(AbiError.Panic.Encode(1UL))).Message.ShouldContain("0x4e487b71");
    }

    [Fact]
    public void Logs_of_other_events_are_refused()
    {
        var log = AbiEvent.Parse("event Sold(uint256 indexed id, address indexed buyer, uint128 price)");
        log.Topic.ShouldBe(Keccak.HashText("Sold(uint256,address,uint128)"));
        var (topics, data) = log.Encode(1UL, Address.Zero, 5UL);
        topics.Length.ShouldBe(3);
        log.Decode(topics, data).ShouldBe([1UL, Address.Zero, 5UL]);
        Should.Throw<AbiException>(() => log.Decode([Hash32.Zero, .. topics[1..]], data)).Message.ShouldContain("first topic");
        Should.Throw<AbiException>(() => log.Decode([], data)).Message.ShouldContain("missing");
        Should.Throw<AbiException>(() => log.Decode(topics[..2], data)).Message.ShouldContain("3 topics");
        Should.Throw<AbiException>(() => log.Decode(topics, default)).Message.ShouldContain("ends");

        var anonymous = AbiEvent.Parse("event Quiet(string indexed word, bytes rest) anonymous");
        anonymous.IsAnonymous.ShouldBeTrue();
        var quiet = anonymous.Encode("word", new byte[] { 1 });
        quiet.Topics.ShouldBe([Keccak.HashText("word")]);
        anonymous.Decode(quiet.Topics, quiet.Data).ShouldBe([Keccak.HashText("word"), new byte[] { 1 }]);
    }

    // What a contract compiled by solc 0.8.30 logged on anvil: text and bytes inside indexed arrays and structs are padded.
    [Fact]
    public void Indexed_arrays_and_structs_have_the_topics_that_the_compilers_code_gives()
    {
        var log = AbiEvent.Parse(
            "event Noted((string text, uint8 stars, bytes raw)[] indexed notes, string[2] indexed words, (string text, uint8 stars, bytes "
            + "raw) indexed one)");
        var first = AbiValue.Of("ab", 7UL, new byte[] { 1, 2 });
        var second = AbiValue.Of("a text of more than thirty-two bytes in all", 1UL, Array.Empty<byte>());
        log.Encode(AbiValue.Of(first, second), AbiValue.Of("x", "yz"), first).Topics.Select(topic => topic.ToString()).ShouldBe(
        [
            "0x21a99e88306fb026d466e778aab5135ea45f0b6fb2dc2ff5f8b86da421b61561",
            "0x281bbbb9ccc95aca86126f6f93437172058b3302313c8634eaeb81e0b529756b",
            "0x39ef1bda3b822ebb76142b91a5e3faebff2f17652f45c3ca8d8b16ea1dd25602",
            "0x41fcbde9fba90f1856b78bfae032afcbfb0cd1fa89f185ccae6ba2b2c29f3ffd",
        ]);
    }

    [Fact]
    public void A_compilers_json_is_read()
    {
        var abi = ContractAbi.Parse("""
            [
              {"type":"constructor","inputs":[{"name":"owner","type":"address","internalType":"address"}],"stateMutability":"nonpayable"},
              {"type":"receive","stateMutability":"payable"},
              {"type":"fallback","stateMutability":"nonpayable"},
              {"type":"function","name":"offers","inputs":[],"outputs":[{"name":"","type":"tuple[2][]","internalType":"struct Market.Offer[2][]",
                "components":[{"name":"seller","type":"address"},{"name":"names","type":"string[]"}]}],"stateMutability":"view"},
              {"type":"event","name":"Sold","inputs":[{"name":"id","type":"uint256","indexed":true}],"anonymous":false},
              {"type":"error","name":"TooFewLeft","inputs":[{"name":"unsold","type":"uint128"}]}
            ]
            """);
        abi.Constructor.Single().Type.ShouldBe(AbiType.Address);
        abi.Functions.Single().Outputs.Single().Type.ToString().ShouldBe("(address,string[])[2][]");
        abi.Functions.Single().Outputs.Single().InternalType.ShouldBe("struct Market.Offer[2][]");
        abi.Events.Single().Inputs.Single().Indexed.ShouldBeTrue();
        abi.Errors.Single().Signature.ShouldBe("TooFewLeft(uint128)");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    [InlineData("""[{"type":"modifier","name":"m"}]""")]
    [InlineData("""[{"type":"function","name":"f","inputs":7}]""")]
    [InlineData("""[{"type":"function","name":"f","inputs":[{"name":"a"}]}]""")]
    [InlineData("""[{"type":"function","name":"f","inputs":[{"name":"a","type":"tuple"}]}]""")]
    [InlineData("""[{"type":"function","name":"f","stateMutability":"maybe"}]""")]
    [InlineData("""[{"type":"function","name":"\ud800"}]""")]
    public void What_is_no_abi_is_refused(string json) => Should.Throw<AbiException>(() => ContractAbi.Parse(json));
}
