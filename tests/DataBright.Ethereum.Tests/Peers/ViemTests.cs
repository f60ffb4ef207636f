using System.Text.Json.Nodes;
using DataBright.Ethereum.Tests.Vectors;

namespace DataBright.Ethereum.Tests.Peers;

/// <summary>Thousands of random cases on which viem and this library must agree.</summary>
public sealed class ViemTests(ViemPeer viem) : IClassFixture<ViemPeer>
{
    [Fact]
    public async Task Hashes_and_addresses_agree()
    {
        var chance = new Chance(1);
        byte[][] messages = [.. Enumerable.Range(0, 600).Select(chance.Bytes)];
        (await viem.AskTextAsync(messages.Select(message => Ask("keccak", ("data", Hex.Encode(message))))))
            .ShouldBe(messages.Select(message => Keccak.Hash(message).ToString()));
        (await viem.AskTextAsync(messages.Select(message => Ask("message", ("raw", Hex.Encode(message))))))
            .ShouldBe(messages.Select(message => PersonalMessage.Hash(message).ToString()));

        Address[] accounts = [.. Enumerable.Range(0, 300).Select(_ => chance.Account())];
        (await viem.AskTextAsync(accounts.Select(account => Ask("checksum", ("address", Hex.Encode(account.AsSpan()))))))
            .ShouldBe(accounts.Select(account => account.ToString()));
        (await viem.AskTextAsync(accounts.Select((account, i) => Ask("create", ("from", account.ToString()), ("nonce", $"{i * i}")))))
            .ShouldBe(accounts.Select((account, i) => Address.OfCreated(account, (ulong)(i * i)).ToString()));
        Hash32[] salts = [.. accounts.Select(_ => chance.Hash())];
        (await viem.AskTextAsync(accounts.Zip(salts, (account, salt) =>
                Ask("create2", ("from", account.ToString()), ("salt", salt.ToString()),
                    ("initCodeHash", Keccak.Hash(salt.AsSpan()).ToString())))))
            .ShouldBe(accounts.Zip(salts, (account, salt) => Address.OfCreated2(account, salt, Keccak.Hash(salt.AsSpan())).ToString()));
    }

    [Fact]
    public async Task Encodings_of_random_types_agree_in_both_directions()
    {
        var chance = new Chance(2);
        var cases = Enumerable.Range(0, 1500).Select(_ =>
        {
            var parameters = chance.Parameters(1 + chance.Below(4), 3);
            return (Parameters: parameters, Values: parameters.Select(parameter => chance.Value(parameter.Type)).ToArray());
        }).ToArray();
        var encoded = await viem.AskTextAsync(cases.Select(one =>
            new JsonObject { ["ask"] = "encode", ["params"] = Chance.Json(one.Parameters), ["given"] = Chance.Json(one.Values) }));
        var decoded = await viem.AskAsync([.. cases.Zip(encoded, (one, data) =>
            new JsonObject { ["ask"] = "decode", ["params"] = Chance.Json(one.Parameters), ["data"] = data })]);
        for (var i = 0; i < cases.Length; i++)
        {
            AbiType[] types = [.. cases[i].Parameters.Select(parameter => parameter.Type)];
            var shown = string.Join(',', types.AsEnumerable());
            Hex.Encode(Ethereum.Abi.Encode(types, cases[i].Values)).ShouldBe(encoded[i], shown);
            Ethereum.Abi.Decode(types, Hex.Decode(encoded[i])).ShouldBe(cases[i].Values, shown);
            VectorValues.Read(types, decoded[i]).ShouldBe(cases[i].Values, shown);
            AbiType.Parse($"({shown})").Components.Select(part => part.Type).ShouldBe(types);
        }
    }

    [Fact]
    public async Task Packed_encodings_agree()
    {
        var chance = new Chance(3);
        var cases = Enumerable.Range(0, 500).Select(_ =>
        {
            AbiType[] types = [.. Enumerable.Range(0, 1 + chance.Below(5)).Select(_ => chance.Plain())];
            return (Types: types, Values: types.Select(chance.Value).ToArray());
        }).ToArray();
        (await viem.AskTextAsync(cases.Select(one => new JsonObject
        {
            ["ask"] = "packed",
            ["types"] = new JsonArray([.. one.Types.Select(type => JsonValue.Create(type.ToString()))]),
            ["given"] = Chance.Json(one.Values),
        }))).ShouldBe(cases.Select(one => Hex.Encode(Ethereum.Abi.EncodePacked(one.Types, one.Values))));
    }

    [Fact]
    public async Task Selectors_and_topics_agree()
    {
        var chance = new Chance(4);
        AbiFunction[] functions = [.. Enumerable.Range(0, 300)
            .Select(i => new AbiFunction($"f{i}", chance.Parameters(chance.Below(4), 3), [], AbiMutability.View))];
        (await viem.AskTextAsync(functions.Select(function => Ask("selector", ("signature", $"function {function.Signature}")))))
            .ShouldBe(functions.Select(function => function.Selector.ToString()));

        AbiEvent[] events = [.. Enumerable.Range(0, 300).Select(i => new AbiEvent($"E{i}",
            [.. Enumerable.Range(0, 1 + chance.Below(3)).Select(j => new AbiParameter($"p{j}", chance.Plain(), Indexed: true))]))];
        (await viem.AskTextAsync(events.Select(log => Ask("topic", ("signature", $"event {log.Signature}")))))
            .ShouldBe(events.Select(log => log.Topic.ToString()));

        AbiValue[][] values = [.. events.Select(log => log.Inputs.Select(input => chance.Value(input.Type)).ToArray())];
        var topics = await viem.AskAsync([.. events.Zip(values, (log, given) => new JsonObject
        {
            ["ask"] = "topics",
            ["event"] = new JsonObject { ["type"] = "event", ["name"] = log.Name, ["inputs"] = Chance.Json(log.Inputs) },
            ["given"] = Chance.Json(given),
        })]);
        for (var i = 0; i < events.Length; i++)
            topics[i].EnumerateArray().Select(topic => topic.GetString())
                .ShouldBe(events[i].Encode(values[i]).Topics.Select(topic => topic.ToString()), events[i].Signature);
    }

    [Fact]
    public async Task Transactions_agree_unsigned_and_signed_by_either_side()
    {
        var chance = new Chance(5);
        var secrets = Enumerable.Range(0, 400).Select(_ => chance.Bytes(32)).ToArray();
        Transaction[] transactions = [.. secrets.Select(_ => chance.Transaction())];
        (await viem.AskTextAsync(transactions.Select(
            transaction => new JsonObject { ["ask"] = "unsigned", ["tx"] = Chance.Json(transaction) })))
            .ShouldBe(transactions.Select(transaction => Hex.Encode(transaction.EncodeUnsigned())));

        var theirs = await viem.AskTextAsync(transactions.Zip(secrets, (transaction, secret) =>
            new JsonObject { ["ask"] = "sign", ["key"] = Hex.Encode(secret), ["tx"] = Chance.Json(transaction) }));
        var ours = new List<SignedTransaction>();
        for (var i = 0; i < transactions.Length; i++)
        {
            using var key = EthereumKey.FromBytes(secrets[i]);
            var read = SignedTransaction.Decode(Hex.Decode(theirs[i]));
            read.Sender.ShouldBe(key.Address);
            Hex.Encode(read.Encode()).ShouldBe(theirs[i]);
            read.Transaction.SigningHash.ShouldBe(transactions[i].SigningHash);
            ours.Add(transactions[i].Sign(key));
        }
        (await viem.AskTextAsync(ours.Select(signed => Ask("sender", ("raw", Hex.Encode(signed.Encode()))))))
            .ShouldBe(secrets.Select(secret => AddressOf(secret)));
    }

    [Fact]
    public async Task Keys_and_signatures_agree()
    {
        var chance = new Chance(6);
        var secrets = Enumerable.Range(0, 200).Select(_ => chance.Bytes(32)).ToArray();
        (await viem.AskTextAsync(secrets.Select(secret => Ask("publicKey", ("key", Hex.Encode(secret)))))).ShouldBe(secrets.Select(secret =>
        {
            using var key = EthereumKey.FromBytes(secret);
            return Hex.Encode(key.PublicKey.ToUncompressed());
        }));
        var theirs = await viem.AskTextAsync(
            secrets.Select(secret => Ask("signMessage", ("key", Hex.Encode(secret)), ("raw", Hex.Encode(secret.AsSpan(7))))));
        for (var i = 0; i < secrets.Length; i++)
            Signature.Recover(PersonalMessage.Hash(secrets[i].AsSpan(7)), Signature.Parse(theirs[i])).ToString()
                .ShouldBe(AddressOf(secrets[i]));

        Hash32[] digests = [.. secrets.Select(_ => chance.Hash())];
        (await viem.AskTextAsync(secrets.Zip(digests, (secret, digest) =>
        {
            using var key = EthereumKey.FromBytes(secret);
            return Ask("recover", ("hash", digest.ToString()), ("signature", key.Sign(digest).ToString()));
        }))).ShouldBe(secrets.Select(secret => AddressOf(secret)));
    }

    [Fact]
    public async Task Typed_messages_agree()
    {
        var chance = new Chance(7);
        JsonObject[] messages = [.. Enumerable.Range(0, 300).Select(_ => RandomTypedData.Make(chance))];
        (await viem.AskTextAsync(messages.Select(message => new JsonObject { ["ask"] = "typed", ["data"] = message.DeepClone() })))
            .ShouldBe(messages.Select(message => Ethereum.TypedData.Parse(message.ToJsonString()).Digest.ToString()));
    }

    private static string AddressOf(byte[] secret)
    {
        using var key = EthereumKey.FromBytes(secret);
        return key.Address.ToString();
    }

    private static JsonObject Ask(string ask, params (string Name, string Value)[] facts)
    {
        var question = new JsonObject { ["ask"] = ask };
        foreach (var (name, value) in facts)
            question[name] = value;
        return question;
    }
}
