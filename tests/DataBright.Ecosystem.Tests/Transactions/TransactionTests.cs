using System.Numerics;
using DataBright.Ethereum;
using Nethereum.Model;
using Nethereum.Signer;
using Ours = DataBright.Ethereum.Transaction1559;
using Theirs = Nethereum.Model.Transaction1559;

namespace DataBright.Ecosystem.Tests.Transactions;

/// <summary>The one kind of transaction that this product sends (EIP-1559), signed by either and read by the other.</summary>
public sealed class TransactionTests
{
    [Fact]
    public void What_is_signed_here_is_read_there_with_the_same_sender_and_hash()
    {
        var chance = new Chance(71);
        for (var i = 0; i < 200; i++)
        {
            var ours = Draw(chance);
            using var key = EthereumKey.FromBytes(chance.Secret(i % 8));
            var signed = ours.Sign(key);
            var theirs = TransactionFactory.CreateTransaction(signed.Encode()).ShouldBeOfType<Theirs>();
            theirs.ChainId.ShouldBe(ours.ChainId);
            (theirs.Nonce ?? 0).ShouldBe(ours.Nonce);
            (theirs.MaxPriorityFeePerGas ?? 0).ShouldBe((BigInteger)ours.MaxPriorityFeePerGas);
            (theirs.MaxFeePerGas ?? 0).ShouldBe((BigInteger)ours.MaxFeePerGas);
            (theirs.GasLimit ?? 0).ShouldBe(ours.Gas);
            (theirs.Amount ?? 0).ShouldBe((BigInteger)ours.Value);
            Bytes(theirs.ReceiverAddress).ShouldBe(ours.To is { } to ? to.ToArray() : []);
            Bytes(theirs.Data).ShouldBe(ours.Data.ToArray());
            Form(theirs.AccessList?.Select(item => (item.Address, item.StorageKeys)))
                .ShouldBe(Form(ours.AccessList
                    .Select(item => (item.Address.ToString(), item.StorageKeys.Select(slot => slot.ToArray()).ToList()))));
            theirs.GetSenderAddress().ShouldBe(key.Address.ToString());
            Hex.Encode(theirs.Hash).ShouldBe(signed.Hash.ToString());
        }
    }

    // The same key, fields and nonce of RFC 6979 leave one possible transaction.
    [Fact]
    public void What_is_signed_there_is_the_same_bytes()
    {
        var chance = new Chance(72);
        for (var i = 0; i < 200; i++)
        {
            var ours = Draw(chance);
            var secret = chance.Secret(i % 8);
            using var key = EthereumKey.FromBytes(secret);
            var theirs = new Theirs(
                ours.ChainId, ours.Nonce, (BigInteger)ours.MaxPriorityFeePerGas, (BigInteger)ours.MaxFeePerGas, ours.Gas,
                ours.To?.ToString(), (BigInteger)ours.Value,
                Hex.Encode(ours.Data.Span),
                [.. ours.AccessList.Select(item => new AccessListItem(item.Address.ToString(),
                    [.. item.StorageKeys.Select(slot => slot.ToArray())]))]);
            new Transaction1559Signer().SignTransaction(new EthECKey(secret, true), theirs);
            Hex.Encode(theirs.GetRLPEncoded()).ShouldBe(Hex.Encode(ours.Sign(key).Encode()));
        }
    }

    private static Ours Draw(Chance chance)
    {
        var fee = (Uint256)chance.Number(60);
        return new Ours
        {
            ChainId = 1 + (ulong)chance.Number(40),
            Nonce = (ulong)chance.Below(1 << 20) * (ulong)chance.Below(2),
            MaxFeePerGas = fee,
            MaxPriorityFeePerGas = chance.Coin() ? fee : Uint256.Zero,
            Gas = (ulong)chance.Number(40),
            To = chance.Below(5) == 0 ? null : chance.Account(),
            Value = (Uint256)chance.Number(90),
            Data = chance.Bytes(chance.Below(80)),
            AccessList = [.. Enumerable.Range(0, chance.Below(3))
                .Select(_ => new AccessListEntry(chance.Account(), [.. Enumerable.Range(0, chance.Below(3)).Select(_ => chance.Hash())]))],
        };
    }

    private static byte[] Bytes(string? hex) => string.IsNullOrEmpty(hex) ? [] : Hex.Decode(hex);

    // Nethereum gives these addresses without 0x, all others with it.
    private static string Form(IEnumerable<(string Address, List<byte[]> Slots)>? list) => string.Join(
        ';',
        (list ?? [])
            .Select(
                item =>
                    $"{(item.Address.StartsWith("0x", StringComparison.Ordinal) ? item.Address : "0x" + item.Address)
                        .ToLowerInvariant()}:{string.Join(',', item.Slots.Select(Convert.ToHexStringLower))}"));
}
