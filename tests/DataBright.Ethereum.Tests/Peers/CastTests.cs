using System.Diagnostics;
using System.Text.Json;
using DataBright.Ethereum.Tests.Vectors;

namespace DataBright.Ethereum.Tests.Peers;

/// <summary>The same against Foundry's cast, which shares no code with viem; one process a question, so fewer of them.</summary>
public sealed class CastTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("databright-cast-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Hashes_selectors_and_addresses_agree()
    {
        var chance = new Chance(11);
        var (message, account) = (chance.Bytes(1000), chance.Account());
        Cast("keccak", Hex.Encode(message)).ShouldBe(Keccak.Hash(message).ToString());
        Cast("hash-message", "hello").ShouldBe(PersonalMessage.Hash("hello").ToString());
        Cast("to-check-sum-address", Hex.Encode(account.AsSpan())).ShouldBe(account.ToString());
        Cast("compute-address", "--nonce", "300", account.ToString()).ShouldEndWith(Address.OfCreated(account, 300).ToString());
        Cast("sig-event", "Sold(uint256 indexed id,(address,uint96)[] sales)")
            .ShouldBe(AbiEvent.Parse("event Sold(uint256 indexed id, (address buyer, uint96 price)[] sales)").Topic.ToString());
        Cast("sig", "f((uint,address[2])[])").ShouldBe(AbiFunction.Parse("f((uint,address[2])[])").Selector.ToString());
    }

    [Fact]
    public void Encodings_of_random_types_agree()
    {
        var chance = new Chance(12);
        for (var i = 0; i < 20; i++)
        {
            var parameters = chance.Parameters(1 + chance.Below(3), 2);
            AbiType[] types = [.. parameters.Select(parameter => parameter.Type)];
            AbiValue[] values = [.. types.Select(type => WithoutText(chance.Value(type)))];
            Cast(["abi-encode", $"f({string.Join(',', types.AsEnumerable())})", "--", .. types.Zip(values, Argument)])
                .ShouldBe(Hex.Encode(Ethereum.Abi.Encode(types, values)), string.Join(',', types.AsEnumerable()));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_transaction_that_cast_signed_is_read(bool legacy)
    {
        using var key = EthereumKey.FromBytes(Keccak.HashText("cast").AsSpan());
        var to = new Chance(13).Account();
        string[] kind = legacy ? ["--legacy"] : ["--priority-gas-price", "2"];
        var raw = Cast(["mktx", .. kind, "--private-key", Secret(key), "--chain", "5", "--nonce", "7", "--gas-limit", "21000",
            "--gas-price", "10", "--value", "3", to.ToString()]);
        var signed = SignedTransaction.Decode(Hex.Decode(raw));
        signed.Sender.ShouldBe(key.Address);
        Transaction expected = legacy
            ? new LegacyTransaction { ChainId = 5, Nonce = 7, Gas = 21000, GasPrice = 10u, Value = 3u, To = to }
            : new Transaction1559 { ChainId = 5, Nonce = 7, Gas = 21000, MaxFeePerGas = 10u, MaxPriorityFeePerGas = 2u,
                Value = 3u, To = to };
        signed.Transaction.SigningHash.ShouldBe(expected.SigningHash);
    }

    [Fact]
    public void Transactions_signed_here_are_read_by_cast()
    {
        var chance = new Chance(14);
        using var key = EthereumKey.FromBytes(Keccak.HashText("cast").AsSpan());
        for (var i = 0; i < 8; i++)
        {
            var signed = chance.Transaction().Sign(key);
            // cast prints the JSON inside a JSON string.
            using var json =
                JsonDocument.Parse(JsonSerializer.Deserialize<string>(Cast("decode-transaction", Hex.Encode(signed.Encode())))!);
            json.RootElement.Text("signer").ShouldBe(Hex.Encode(key.Address.AsSpan()), StringCompareShould.IgnoreCase);
            json.RootElement.Text("hash").ShouldBe(signed.Hash.ToString());
            json.RootElement.Text("nonce").ShouldBe(((Uint256)signed.Transaction.Nonce).ToQuantity());
        }
    }

    [Fact]
    public void Signatures_of_messages_pass_both_ways()
    {
        using var key = EthereumKey.FromBytes(Keccak.HashText("cast").AsSpan());
        Signature.Recover(PersonalMessage.Hash("a vote"), Signature.Parse(Cast("wallet", "sign", "--private-key", Secret(key), "a vote")))
            .ShouldBe(key.Address);
        Cast("wallet", "verify", "--address", key.Address.ToString(), "a vote", key.Sign(PersonalMessage.Hash("a vote")).ToString())
            .ShouldContain("succeeded");

        var chance = new Chance(15);
        for (var i = 0; i < 5; i++)
        {
            var typed = RandomTypedData.Make(chance).ToJsonString();
            var signature = Signature.Parse(Cast("wallet", "sign", "--private-key", Secret(key), "--data", typed));
            Signature.Recover(Ethereum.TypedData.Parse(typed).Digest, signature).ShouldBe(key.Address, typed);
        }
    }

    [Fact]
    public void Keystores_pass_both_ways()
    {
        using var key = EthereumKey.FromBytes(Keccak.HashText("cast").AsSpan());
        Keystore.Save(Path.Combine(_folder.FullName, "ours"), key, "a pass phrase", KeystoreCost.Light);
        Cast("wallet", "decrypt-keystore", "-k", _folder.FullName, "--unsafe-password", "a pass phrase", "ours").ShouldEndWith(Secret(key));

        Cast("wallet", "import", "-k", _folder.FullName, "--private-key", Secret(key), "--unsafe-password", "another", "theirs");
        using var theirs = Keystore.Load(Path.Combine(_folder.FullName, "theirs"), "another");
        Secret(theirs).ShouldBe(Secret(key));
    }

    private static string Cast(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "node_modules", ".bin", "cast"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var cast = Process.Start(start)!;
        var fault = cast.StandardError.ReadToEndAsync();
        var answer = cast.StandardOutput.ReadToEnd().Trim();
        cast.WaitForExit();
        cast.ExitCode.ShouldBe(0, $"{string.Join(' ', arguments)}\n{fault.GetAwaiter().GetResult()}");
        return answer;
    }

    // Text with brackets, commas and quotes would need cast's own escapes.
    private static AbiValue WithoutText(AbiValue value) => value switch
    {
        AbiValue.Text text => $"plain{text.Value.Length}",
        AbiValue.List list => new AbiValue.List([.. list.Values.Select(WithoutText)]),
        _ => value,
    };

    private static string Argument(AbiType type, AbiValue value) => value switch
    {
        AbiValue.Truth truth => truth.Value ? "true" : "false",
        AbiValue.List list when type.Kind == AbiKind.Tuple =>
            $"({string.Join(',', type.Components.Zip(list.Values, (part, element) => Argument(part.Type, element)))})",
        AbiValue.List list => $"[{string.Join(',', list.Values.Select(element => Argument(type.Element!, element)))}]",
        _ => Chance.Json(value).ToString(),
    };

    private static string Secret(EthereumKey key)
    {
        var bytes = new byte[EthereumKey.Size];
        key.CopySecretTo(bytes);
        return Hex.Encode(bytes);
    }
}
