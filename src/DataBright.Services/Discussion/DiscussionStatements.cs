using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Services.Discussion;

/// <summary>What is signed in a discussion (EIP-712). Bound to one chain and one market; never sent to a contract.</summary>
public sealed class DiscussionStatements(MarketAddresses addresses)
{
    private static readonly TypedStruct CommentType = TypedStruct.Define(
        "Comment(uint256 proposalId,address author,bytes32 parent,bytes32 replaces,string text,uint256 at)");

    private static readonly TypedStruct HidingType = TypedStruct.Define(
        "Hiding(uint256 proposalId,address voter,bytes32 comment,bool hidden,uint256 at)");

    private readonly TypedDomain _domain = TypedDomain.Of("DataBright Discussion", "1", addresses.ChainId, addresses.Proposals);

    /// <summary>What the author signs, and the comment's name from then on.</summary>
    public Hash32 Digest(Comment comment) => Message(comment).Digest;

    /// <summary>What the voter signs.</summary>
    public Hash32 Digest(Hiding hiding) => Message(hiding).Digest;

    /// <summary>The comment as a wallet takes it (<c>eth_signTypedData_v4</c>).</summary>
    public JsonObject ForWallet(Comment comment) => Message(comment).ToJson();

    /// <summary>The wish as a wallet takes it (<c>eth_signTypedData_v4</c>).</summary>
    public JsonObject ForWallet(Hiding hiding) => Message(hiding).ToJson();

    /// <summary>The comment as it is signed.</summary>
    public TypedMessage Message(Comment comment) => new(_domain, CommentType,
        (Uint256)comment.Proposal, comment.Author, comment.Parent ?? Hash32.Zero, comment.Replaces ?? Hash32.Zero, comment.Text,
        Seconds(comment.At));

    /// <summary>The wish as it is signed.</summary>
    public TypedMessage Message(Hiding hiding) =>
        new(_domain, HidingType, (Uint256)hiding.Proposal, hiding.Voter, hiding.Comment, hiding.Hidden, Seconds(hiding.At));

    /// <exception cref="ArgumentException">The key is not the author's.</exception>
    public Signed<Comment> Sign(Comment comment, EthereumKey author) =>
        author.Address == comment.Author ? new Signed<Comment>(comment, author.Sign(Digest(comment)))
            : throw new ArgumentException($"The comment is {comment.Author}'s; the key is {author.Address}'s.", nameof(author));

    /// <exception cref="ArgumentException">The key is not the voter's.</exception>
    public Signed<Hiding> Sign(Hiding hiding, EthereumKey voter) =>
        voter.Address == hiding.Voter ? new Signed<Hiding>(hiding, voter.Sign(Digest(hiding)))
            : throw new ArgumentException($"The vote is {hiding.Voter}'s; the key is {voter.Address}'s.", nameof(voter));

    /// <exception cref="ArgumentException">The signer is not the author.</exception>
    /// <exception cref="SignerException">A signer elsewhere did not sign.</exception>
    public async Task<Signed<Comment>> SignAsync(Comment comment, IMessageSigner author, CancellationToken stop) =>
        author.Address == comment.Author ? new Signed<Comment>(comment, await author.SignAsync(Message(comment), stop))
            : throw new ArgumentException($"The comment is {comment.Author}'s; {author.Address} cannot sign it.", nameof(author));

    /// <exception cref="ArgumentException">The signer is not the voter.</exception>
    /// <exception cref="SignerException">A signer elsewhere did not sign.</exception>
    public async Task<Signed<Hiding>> SignAsync(Hiding hiding, IMessageSigner voter, CancellationToken stop) =>
        voter.Address == hiding.Voter ? new Signed<Hiding>(hiding, await voter.SignAsync(Message(hiding), stop))
            : throw new ArgumentException($"The vote is {hiding.Voter}'s; {voter.Address} cannot sign it.", nameof(voter));

    private static Uint256 Seconds(DateTimeOffset time) => (ulong)time.ToUnixTimeSeconds();
}
