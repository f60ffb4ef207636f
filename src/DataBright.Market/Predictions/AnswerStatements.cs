using System.Security.Cryptography;
using DataBright.Ethereum;

namespace DataBright.Market.Predictions;

/// <summary>What a worker says it answered: which parameters made which outputs of which inputs, and what had been paid then.</summary>
/// <param name="Model">The model that was asked.</param>
/// <param name="Checkpoint">The hash of the parameters that answered.</param>
/// <param name="Channel">What was paid through; zero for a trial.</param>
/// <param name="Cumulative">The voucher's sum.</param>
/// <param name="Inputs">Keccak of the inputs' bits, little-endian.</param>
/// <param name="Outputs">Keccak of the scores' bits, little-endian.</param>
public sealed record PredictionReceipt(ModelId Model, Digest Checkpoint, ChannelId Channel, Money Cumulative, Hash32 Inputs, Hash32 Outputs)
{
    /// <summary>The leaf of <c>abi.encode(modelId, checkpoint, channelId, cumulative, inputs, outputs)</c>.</summary>
    public Hash32 Leaf()
    {
        var writer = new AbiWriter(6);
        writer.Uint(Model, 256);
        writer.Hash32(Checkpoint.ToHash32());
        writer.Uint(Channel, 256);
        writer.Uint(Cumulative, 256);
        writer.Hash32(Inputs);
        writer.Hash32(Outputs);
        return MerkleTree.Leaf(writer.ToArray());
    }
}

/// <summary>A signature under many receipts, and the way from one of them up to what was signed.</summary>
public sealed record AnswerProof(IReadOnlyList<Hash32> Path, Signature Signature);

/// <summary>
/// Signing and checking of answers (EIP-712). Answers that are ready in the same moment are signed together, as the root of a
/// Merkle tree of their receipts: a busy worker signs a few hundred times a second, not thousands of times.
/// </summary>
public sealed class AnswerStatements(MarketAddresses addresses)
{
    /// <summary>Longer ways to the root are refused: no worker answers more than 2^16 requests in a moment.</summary>
    public const int MaxPath = 16;

    private static readonly TypedStruct AnswersType = TypedStruct.Define("Answers(bytes32 root)");

    private static TypedDomain DomainOf(MarketAddresses market) =>
        TypedDomain.Of("DataBright Predictions", "1", market.ChainId, market.Predictions);

    private readonly Hash32 _separator = DomainOf(addresses).Separator();

    public Hash32 Digest(Hash32 root) => TypedDomain.Digest(_separator, AnswersType.Hash(root));

    /// <summary>The root as it is signed.</summary>
    public TypedMessage Message(Hash32 root) => new(DomainOf(addresses), AnswersType, root);

    /// <summary>One signature for all of them.</summary>
    public IReadOnlyList<AnswerProof> Sign(IReadOnlyList<PredictionReceipt> receipts, EthereumKey worker)
    {
        var tree = new MerkleTree([.. receipts.Select(receipt => receipt.Leaf())]);
        var signature = worker.Sign(Digest(tree.Root));
        return [.. Enumerable.Range(0, receipts.Count).Select(i => new AnswerProof(tree.ProofOf(i), signature))];
    }

    /// <summary>Whether that worker signed the receipt.</summary>
    public bool Verify(PredictionReceipt receipt, AnswerProof proof, Address worker)
    {
        if (proof.Path.Count > MaxPath) return false;
        try
        {
            return Signature.Recover(Digest(MerkleTree.RootOf(receipt.Leaf(), proof.Path)), proof.Signature) == worker;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
