using System.Security.Cryptography;

namespace DataBright.Ethereum.Tests.Transactions;

public sealed class TransactionTests
{
    // The example of EIP-155.
    [Fact]
    public void The_standards_example_has_its_digest_and_its_signature_its_sender()
    {
        var transaction = new LegacyTransaction
        {
            ChainId = 1,
            Nonce = 9,
            GasPrice = 20_000_000_000UL,
            Gas = 21000,
            To = Address.Parse("0x3535353535353535353535353535353535353535"),
            Value = 1_000_000_000_000_000_000UL,
        };
        transaction.SigningHash.ToString().ShouldBe("0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
        using var key = EthereumKey.FromBytes(Hex.Decode("0x4646464646464646464646464646464646464646464646464646464646464646"));
        var signature = new Signature(
            Uint256.Parse("0x28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"),
            Uint256.Parse("0x67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"), false);
        var signed = new SignedTransaction(transaction, signature);
        signed.Sender.ShouldBe(key.Address);
        Hex.Encode(signed.Encode()).ShouldBe(
            "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
    }

    [Fact]
    public void Every_kind_comes_back_as_it_was_signed()
    {
        var chance = new Peers.Chance(71);
        using var key = EthereumKey.Generate();
        for (var i = 0; i < 100; i++)
        {
            var signed = chance.Transaction().Sign(key);
            var read = SignedTransaction.Decode(signed.Encode());
            read.Sender.ShouldBe(key.Address);
            read.Hash.ShouldBe(signed.Hash);
            read.Transaction.GetType().ShouldBe(signed.Transaction.GetType());
            read.Encode().ShouldBe(signed.Encode());
        }
    }

    [Theory]
    [InlineData("0x", "at least one byte")]
    [InlineData("0x03c0", "type 3 is not known")]
    [InlineData("0x7fc0", "type 127 is not known")]
    [InlineData("0x02", "ends where another item")]
    [InlineData("0x02c0", "ends where another item")]
    [InlineData("0x02c000", "goes on")]
    [InlineData("0xc9808080808080808080", "v = 0")]
    [InlineData("0xc98080808080801d8080", "v = 29")]
    [InlineData("0xca808080818080801c8080", "receiver has 1 bytes")]
    public void What_is_no_transaction_is_refused(string raw, string reason) =>
        Should.Throw<RlpException>(() => SignedTransaction.Decode(Hex.Decode(raw))).Message.ShouldContain(reason);

    [Fact]
    public void A_field_too_many_or_too_few_is_refused()
    {
        using var key = EthereumKey.Generate();
        var raw = new Transaction1559 { ChainId = 1 }.Sign(key).Encode();
        var fields = RlpItem.Decode(raw.AsSpan(1)).Items;
        Should.Throw<RlpException>(() => SignedTransaction.Decode([2, .. new RlpItem([.. fields, new RlpItem("x"u8)]).Encode()])).Message
            .ShouldContain("goes on");
        Should.Throw<RlpException>(() => SignedTransaction.Decode([2, .. new RlpItem(fields.SkipLast(1)).Encode()])).Message
            .ShouldContain("ends where");
    }

    [Fact]
    public void A_signature_in_the_upper_half_has_no_sender()
    {
        using var key = EthereumKey.Generate();
        var signed = new Transaction1559 { ChainId = 1 }.Sign(key);
        var flipped =
            signed with { Signature = new Signature(signed.Signature.R, CurveOrder.N - signed.Signature.S, !signed.Signature.YParity) };
        Should.Throw<CryptographicException>(() => SignedTransaction.Decode(flipped.Encode()).Sender);
    }

    [Fact]
    public void Chains_up_to_the_largest_number_are_kept()
    {
        using var key = EthereumKey.Generate();
        var signed = new LegacyTransaction { ChainId = ulong.MaxValue, To = Address.Zero }.Sign(key);
        var read = SignedTransaction.Decode(signed.Encode());
        ((LegacyTransaction)read.Transaction).ChainId.ShouldBe(ulong.MaxValue);
        read.Sender.ShouldBe(key.Address);
    }
}
