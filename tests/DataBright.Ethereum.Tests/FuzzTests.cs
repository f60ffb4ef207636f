using System.Security.Cryptography;
using System.Text;
using DataBright.Ethereum.Tests.Peers;

namespace DataBright.Ethereum.Tests;

/// <summary>Damaged and made-up input: every decoder gives a value or its one documented exception, and never takes much memory.</summary>
public sealed class FuzzTests
{
    // What a decoder may allocate for each byte of input, and besides; an RLP list of empty strings is the dearest.
    private const int BytesPerByte = 200;
    private const int BytesBesides = 64 * 1024;

    [Fact]
    public void Rlp_survives()
    {
        var chance = new Chance(61);
        Survives<RlpException>(chance, 20_000, () => Item(chance.Transaction()), data => RlpItem.Decode(data), data =>
            RlpItem.Decode(data).Encode().ShouldBe(data));
    }

    [Fact]
    public void Transactions_survive()
    {
        var chance = new Chance(62);
        using var key = EthereumKey.FromBytes(Keccak.HashText("fuzz").AsSpan());
        byte[][] seeds = [.. Enumerable.Range(0, 40).Select(_ => chance.Transaction().Sign(key).Encode())];
        Survives<RlpException>(chance, 20_000, () => seeds[chance.Below(seeds.Length)], data => SignedTransaction.Decode(data), data =>
            SignedTransaction.Decode(data).Encode().ShouldBe(data));
    }

    [Fact]
    public void Abi_survives()
    {
        var chance = new Chance(63);
        for (var i = 0; i < 300; i++)
        {
            AbiType[] types = [.. chance.Parameters(1 + chance.Below(3), 3).Select(parameter => parameter.Type)];
            Survives<AbiException>(chance, 60,
                () => Ethereum.Abi.Encode(types, [.. types.Select(chance.Value)]),
                data => Ethereum.Abi.Decode(types, data),
                data => Ethereum.Abi.Decode(types, Ethereum.Abi.Encode(types, Ethereum.Abi.Decode(types, data))).Length
                    .ShouldBe(types.Length));
        }
    }

    [Fact]
    public void Signatures_of_functions_survive()
    {
        var chance = new Chance(64);
        Survives<AbiException>(chance, 10_000,
            () => Encoding.ASCII.GetBytes("function f(uint256 a, (address b, string[3])[] c) view returns (bytes32)"),
            data => AbiFunction.Parse(Encoding.Latin1.GetString(data)),
            _ => { });
    }

    [Fact]
    public void Contract_json_survives()
    {
        var chance = new Chance(65);
        Survives<AbiException>(chance, 4_000,
            () =>
                """[{"type":"function","name":"f","inputs":[{"name":"a","type":"tuple[]","components":[{"name":"b","type":"uint8"}]}],"outputs":[],"stateMutability":"view"}]"""u8.ToArray(),
            data => ContractAbi.Parse(Encoding.UTF8.GetString(data)),
            _ => { });
    }

    [Fact]
    public void Typed_messages_survive()
    {
        var chance = new Chance(66);
        byte[][] seeds = [.. Enumerable.Range(0, 20).Select(_ => Encoding.UTF8.GetBytes(RandomTypedData.Make(chance).ToJsonString()))];
        Survives<TypedDataException>(chance, 4_000, () => seeds[chance.Below(seeds.Length)],
            data => Ethereum.TypedData.Parse(Encoding.UTF8.GetString(data)), _ => { });
    }

    [Fact]
    public void Keystores_survive()
    {
        var chance = new Chance(67);
        using var key = EthereumKey.FromBytes(Keccak.HashText("fuzz").AsSpan());
        var seed = Encoding.UTF8.GetBytes(Keystore.Encrypt(key, "p", new KeystoreCost(2, 1, 1)));
        // Only the document: a digit more in N may rightly ask for hundreds of megabytes.
        Survives<KeystoreException>(chance, 4_000, () => seed, data => Keystore.ReadAddress(Encoding.UTF8.GetString(data)), _ => { });
    }

    [Fact]
    public void Signatures_and_public_keys_survive()
    {
        var chance = new Chance(68);
        using var key = EthereumKey.FromBytes(Keccak.HashText("fuzz").AsSpan());
        var digest = Keccak.HashText("digest");
        var signature = key.Sign(digest).ToBytes();
        Survives<CryptographicException>(chance, 1_500, () => signature, data =>
        {
            if (data.Length == Signature.Size && data[^1] is (0 or 1 or 27 or 28))
                Signature.Recover(digest, Signature.FromBytes(data));
            else
                throw new CryptographicException(Should.Throw<FormatException>(() => Signature.FromBytes(data)).Message);
        }, _ => { });
        Survives<FormatException>(chance, 1_500, key.PublicKey.ToCompressed, data => PublicKey.Parse(data.AsSpan()), _ => { });
    }

    private static byte[] Item(Transaction transaction) => transaction.EncodeUnsigned()[(transaction.TypeByte is null ? 0 : 1)..];

    private static void Survives<TFault>(Chance chance, int rounds, Func<byte[]> seed, Action<byte[]> decode, Action<byte[]> check)
        where TFault : Exception
    {
        var read = 0;
        decode(seed());
        for (var i = 0; i < rounds; i++)
        {
            var data = Damage(chance, seed());
            var before = GC.GetAllocatedBytesForCurrentThread();
            var fine = false;
            try
            {
                decode(data);
                fine = true;
            }
            catch (TFault)
            {
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"{Hex.Encode(data)} gives {fault.GetType().Name}", fault);
            }
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(BytesPerByte * data.Length + BytesBesides, Hex.Encode(data));
            if (!fine)
                continue;
            read++;
            check(data);
        }
        read.ShouldBeLessThan(rounds);
    }

    private static byte[] Damage(Chance chance, byte[] seed)
    {
        var data = seed.ToList();
        for (var times = 1 + chance.Below(3); times > 0; times--)
        {
            var at = chance.Below(data.Count + 1);
            switch (chance.Below(6))
            {
                case 0 when at < data.Count: data[at] ^= (byte)(1 << chance.Below(8)); break;
                case 1 when at < data.Count: data[at] = chance.Coin() ? (byte)0xff : (byte)0x00; break;
                case 2: data.Insert(at, chance.Bytes(1)[0]); break;
                case 3 when at < data.Count: data.RemoveAt(at); break;
                case 4: data.RemoveRange(at, data.Count - at); break;
                case 5: data.InsertRange(at, data.Skip(chance.Below(data.Count + 1)).Take(chance.Below(40)).ToArray()); break;
            }
        }
        return chance.Below(20) == 0 ? chance.Bytes(chance.Below(200)) : [.. data];
    }
}
