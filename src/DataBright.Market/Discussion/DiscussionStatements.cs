using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Market.Proposals;

namespace DataBright.Market.Discussion;

/// <summary>What is signed in a discussion (EIP-712). Bound to one chain and one market; never sent to a contract.</summary>
public sealed class DiscussionStatements(MarketAddresses addresses)
{
    private static readonly TypedStruct CommentType = TypedStruct.Define(
        "Comment(uint256 proposalId,address author,bytes32 parent,bytes32 replaces,string text,uint256 at)");

    private static readonly TypedStruct HidingType = TypedStruct.Define(
        "Hiding(uint256 proposalId,address voter,bytes32 comment,bool hidden,uint256 at)");

    private readonly TypedDomain _domain = TypedDomain.Of("DataBright Discussion", "1", addresses.ChainId, addresses.Proposals);

    /// <summary>What the author signs, and the comment's name from then on.</summary>
    public Hash32 Digest(Comment comment) => _domain.Digest(CommentType.Hash(Values(comment)));

    /// <summary>What the voter signs.</summary>
    public Hash32 Digest(Hiding hiding) => _domain.Digest(HidingType.Hash(Values(hiding)));

    /// <summary>The comment as a wallet takes it (<c>eth_signTypedData_v4</c>).</summary>
    public JsonObject ForWallet(Comment comment) => TypedDataJson.Write(_domain, CommentType, Values(comment));

    /// <summary>The wish as a wallet takes it (<c>eth_signTypedData_v4</c>).</summary>
    public JsonObject ForWallet(Hiding hiding) => TypedDataJson.Write(_domain, HidingType, Values(hiding));

    /// <exception cref="ArgumentException">The key is not the author's.</exception>
    public Signed<Comment> Sign(Comment comment, EthereumKey author) =>
        author.Address == comment.Author ? new Signed<Comment>(comment, author.Sign(Digest(comment)))
            : throw new ArgumentException($"The comment is {comment.Author}'s; the key is {author.Address}'s.", nameof(author));

    /// <exception cref="ArgumentException">The key is not the voter's.</exception>
    public Signed<Hiding> Sign(Hiding hiding, EthereumKey voter) =>
        voter.Address == hiding.Voter ? new Signed<Hiding>(hiding, voter.Sign(Digest(hiding)))
            : throw new ArgumentException($"The vote is {hiding.Voter}'s; the key is {voter.Address}'s.", nameof(voter));

    private static AbiValue[] Values(Comment comment) =>
        [(Uint256)comment.Proposal, comment.Author, comment.Parent ?? Hash32.Zero, comment.Replaces ?? Hash32.Zero, comment.Text, Seconds(comment.At)];

    private static AbiValue[] Values(Hiding hiding) => [(Uint256)hiding.Proposal, hiding.Voter, hiding.Comment, hiding.Hidden, Seconds(hiding.At)];

    private static Uint256 Seconds(DateTimeOffset time) => (ulong)time.ToUnixTimeSeconds();
}
