using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Ethereum.Tests.Vectors;
using Nethereum.ABI;
using Nethereum.ABI.ABIDeserialisation;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.KeyStore;
using Nethereum.Model;
using Nethereum.Signer;
using Nethereum.Signer.EIP712;
using Nethereum.Util;

namespace DataBright.Bench.Ethereum;

/// <summary>The same vectors by Nethereum, through what it documents for each purpose.</summary>
internal static class NethereumVectors
{
    public static bool Hash(JsonElement vector) =>
        Hex.Encode(Sha3Keccack.Current.CalculateHash(vector.Bytes("data"))) == vector.Text("keccak256");

    public static bool Account(JsonElement vector) =>
        AddressUtil.Current.ConvertToChecksumAddress(vector.Text("address")) == vector.Text("checksumAddress")
        && (!vector.Has("privateKey") || new EthECKey(vector.Text("privateKey")).GetPublicAddress() == vector.Text("checksumAddress"));

    public static bool Result(JsonElement vector)
    {
        var (types, values) = (OurVectors.Types(vector), OurVectors.Values(vector));
        var test = new ABIJsonDeserialiser().DeserialiseContract(vector.Text("interface")).Functions
            .Single(function => function.Name == "test");
        var decoded = new ParameterDecoder().DecodeDefaultData(vector.Bytes("result"), test.OutputParameters);
        var encoded = new ParametersEncoder().EncodeParameters(test.OutputParameters,
            [.. types.Zip(values.EnumerateArray(), NethereumValues.Of)]);
        return NethereumValues.AreSame(types, values, decoded) && encoded.AsSpan().SequenceEqual(vector.Bytes("result"));
    }

    public static bool Event(JsonElement vector)
    {
        var log = new ABIJsonDeserialiser().DeserialiseContract(vector.Text("interface")).Events.Single(found => found.Name == "testEvent");
        AbiType[] types = [.. vector.GetProperty("types").EnumerateArray().Select(type => AbiType.Parse(type.GetString()!))];
        object[] topics = [.. vector.GetProperty("topics").EnumerateArray().Select(topic => topic.GetString()!)];
        var decoded = new EventTopicDecoder(log.IsAnonymous).DecodeDefaultTopics(log, topics, vector.Text("data"))
            .OrderBy(output => output.Parameter.Order).ToList();
        bool[] hashed = [.. vector.GetProperty("hashed").EnumerateArray().Select(flag => flag.GetBoolean())];
        return vector.GetProperty("normalizedValues").EnumerateArray().Index().All(value => hashed[value.Index]
            ? NethereumValues.IsHash(value.Item.GetString()!, decoded[value.Index].Result)
            : NethereumValues.IsSame(types[value.Index], value.Item, decoded[value.Index].Result));
    }

    public static bool Signature(JsonElement vector)
    {
        var function = new ABIJsonDeserialiser().DeserialiseContract(vector.Text("abi")).Functions.Single(found => found.Name == "testSig");
        return function.Signature == vector.Text("signature") && $"0x{function.Sha3Signature}" == vector.Text("sigHash");
    }

    public static bool Packed(JsonElement vector)
    {
        var types = vector.GetProperty("types").EnumerateArray().Select(type => type.GetString()!);
        var values = types.Zip(vector.GetProperty("values").EnumerateArray(),
            (type, value) => new ABIValue(type, NethereumValues.Of(AbiType.Parse(type), value))).ToArray();
        return Hex.Encode(Sha3Keccack.Current.CalculateHash(new ABIEncode().GetABIEncodedPacked(values))) == vector.Text("keccak256");
    }

    public static bool TypedData(JsonElement vector) =>
        Hex.Encode(Sha3Keccack.Current.CalculateHash(
            Eip712TypedDataSigner.Current.EncodeTypedData(OurVectors.Message(vector).ToJsonString()))) == vector.Text("digest");

    public static bool LegacyTransaction(JsonElement vector) =>
        Transaction(vector.Bytes("signedTransaction"), vector.Text("unsignedTransaction"), vector.Text("accountAddress"))
        && Transaction(vector.Bytes("signedTransactionChainId5"), vector.Text("unsignedTransactionChainId5"),
            vector.Text("accountAddress"));

    public static bool TypedTransaction(JsonElement vector) =>
        Transaction(vector.Bytes("signed"), vector.Text("unsigned"), vector.Text("address"));

    public static bool Wallet(JsonElement vector) =>
        new KeyStoreService().DecryptKeyStoreFromJson(vector.Text("password"), vector.Text("json")).AsSpan()
            .SequenceEqual(vector.Bytes("privateKey"));

    private static bool Transaction(byte[] raw, string unsigned, string sender)
    {
        var signed = TransactionFactory.CreateTransaction(raw);
        return signed.GetRLPEncoded().AsSpan().SequenceEqual(raw) && Hex.Encode(signed.GetRLPEncodedRaw()) == unsigned
            && TransactionVerificationAndRecovery.GetSenderAddress(signed).IsTheSameAddress(sender);
    }
}
