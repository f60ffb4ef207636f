using DataBright.Ethereum.Tests.Vectors;

namespace DataBright.Ethereum.Tests.Transactions;

public sealed class TransactionVectorTests
{
    [Fact]
    public void Every_published_legacy_transaction_is_read_and_written_and_has_its_sender()
    {
        var cases = Testcases.Read("transactions");
        cases.Length.ShouldBe(1067);
        var beyond = 0;
        foreach (var vector in cases)
        {
            if (vector.Has("gasLimit") && vector.Bytes("gasLimit").AsSpan().TrimStart((byte)0).Length > 8)
            {
                beyond++;
                Should.Throw<RlpException>(() => SignedTransaction.Decode(vector.Bytes("signedTransaction")))
                    .Message.ShouldContain("64 is the most");
                continue;
            }
            Check(vector.Bytes("signedTransaction"), vector.Text("unsignedTransaction"), vector.Text("accountAddress"));
            Check(vector.Bytes("signedTransactionChainId5"), vector.Text("unsignedTransactionChainId5"), vector.Text("accountAddress"));
        }
        // Gas beyond 64 bits is refused here, as every node refuses it.
        beyond.ShouldBe(83);
    }

    [Fact]
    public void Every_published_typed_transaction_is_read_and_written_and_has_its_sender()
    {
        var cases = Testcases.Read("typed-transactions");
        cases.Length.ShouldBe(1792);
        foreach (var vector in cases)
            Check(vector.Bytes("signed"), vector.Text("unsigned"), vector.Text("address"));
    }

    private static void Check(byte[] raw, string unsigned, string sender)
    {
        var signed = SignedTransaction.Decode(raw);
        Hex.Encode(signed.Encode()).ShouldBe(Hex.Encode(raw));
        Hex.Encode(signed.Transaction.EncodeUnsigned()).ShouldBe(unsigned);
        signed.Sender.ShouldBe(Address.Parse(sender));
    }
}
