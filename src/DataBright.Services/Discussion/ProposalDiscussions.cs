using System.Security.Cryptography;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Storage;
using DataBright.Storage.Sql;

namespace DataBright.Services.Discussion;

/// <summary>What shareholders and proposers say about proposals. Off the chain, signed, readable by everyone.</summary>
/// <remarks>
/// A comment is known by the hash its author signed, so an answer or a vote's reason that names it holds it to its words.
/// Whatever is sent twice is taken once. Several nodes that were given the same statements show the same threads: everything is ordered by
/// the authors' times, which may not be far from the clock of the node that takes them first.
/// </remarks>
public sealed class ProposalDiscussions : IDisposable
{
    private readonly DiscussionFile _file;
    private readonly ThreadOrders _orders = new();
    private readonly IElectorate _electorate;
    private readonly IBlobStore _blobs;
    private readonly DiscussionLimits _limits;
    private readonly TimeProvider _clock;

    /// <param name="path">Where it is kept.</param>
    /// <param name="market">The market whose proposals are discussed.</param>
    /// <param name="electorate">Who may write, and with what weight anybody hides.</param>
    /// <param name="blobs">Where the signed statements go.</param>
    /// <param name="limits">How much anybody may say.</param>
    /// <param name="clock">What time it is.</param>
    public ProposalDiscussions(
        string path, MarketAddresses market, IElectorate electorate, IBlobStore blobs, DiscussionLimits limits, TimeProvider clock)
    {
        (_electorate, _blobs, _limits, _clock) = (electorate, blobs, limits, clock);
        Statements = new DiscussionStatements(market);
        _file = new DiscussionFile(path);
    }

    /// <summary>Signing of comments and hidings for this market.</summary>
    public DiscussionStatements Statements { get; }

    /// <summary>What is wrong with the file that the statements are kept in, and what to do; null while it works.</summary>
    public SqlFileException? Trouble => _file.Trouble;

    public void Dispose() => _file.Dispose();

    /// <summary>Says whether a comment would be taken if its author signed it.</summary>
    /// <exception cref="CommentRefusedException">It breaks a rule of the discussion.</exception>
    public async Task RequireSayableAsync(Comment comment, CancellationToken stop)
    {
        CommentText.Require(comment.Text, _limits.TextBytes);
        RequireTime(comment.At);
        var standing = await StandingAsync(comment.Proposal, comment.Author, stop);
        if (!standing.MayWrite)
            throw Refused(DiscussionRule.NotAllowed,
                $"{comment.Author} neither holds shares nor made the proposal; only those who do write about it.");
        if (!standing.IsProposer && standing.IsCrumb) _file.Look(file => RequireRoomForCrumbs(file, comment));
        _file.Do(file => Admitted(file, comment, Statements.Digest(comment)));
    }

    /// <summary>Says whether a wish to hide or show would be taken if its voter signed it.</summary>
    /// <returns>What the voter is to the proposal.</returns>
    /// <exception cref="CommentRefusedException">It breaks a rule of the discussion.</exception>
    public async Task<CommenterStanding> RequireHideableAsync(Hiding hiding, CancellationToken stop)
    {
        RequireTime(hiding.At);
        var standing = await StandingAsync(hiding.Proposal, hiding.Voter, stop);
        if (standing.Weight == ShareAmount.Zero)
            throw Refused(DiscussionRule.NotAllowed,
                $"{hiding.Voter} had no vote when the proposal opened, so it cannot hide what is said about it.");
        _file.Do(file => IsNews(file, hiding));
        return standing;
    }

    /// <summary>Takes a signed comment, or a later wording of one.</summary>
    /// <returns>The comment as it stands now.</returns>
    /// <exception cref="CommentRefusedException">It breaks a rule of the discussion.</exception>
    public async Task<ThreadComment> SayAsync(Signed<Comment> signed, CancellationToken stop)
    {
        var comment = signed.Statement;
        var id = Statements.Digest(comment);
        RequireSigner(id, signed.Signature, comment.Author);
        if (_file.Look(file => DiscussionFile.Find(file, id)) is { } known) return Read(known.Root);
        await RequireSayableAsync(comment, stop);
        var cid = await _blobs.PutAsync(StatementBytes.Write(signed), stop);
        var root = _file.Do(file =>
        {
            // Another may have come in between: whatever was true above is asked again where it counts.
            var root = Admitted(file, comment, id);
            if (DiscussionFile.Find(file, id) is not null) return root;
            _orders.Forget(comment.Proposal);
            DiscussionFile.Add(file, new StoredComment(id, comment.Proposal, comment.Author, comment.Parent, root, comment.Text, cid,
                comment.At));
            return root;
        });
        return Read(root);
    }

    /// <summary>Takes a shareholder's wish that a comment be hidden or shown.</summary>
    /// <returns>The comment as it stands now.</returns>
    /// <exception cref="CommentRefusedException">It breaks a rule of the discussion.</exception>
    public async Task<ThreadComment> HideAsync(Signed<Hiding> signed, CancellationToken stop)
    {
        var hiding = signed.Statement;
        RequireSigner(Statements.Digest(hiding), signed.Signature, hiding.Voter);
        var standing = await RequireHideableAsync(hiding, stop);
        _file.Do(file =>
        {
            if (!IsNews(file, hiding)) return 0;
            DiscussionFile.Set(
                file, hiding.Proposal, new StoredHiding(hiding.Comment, hiding.Voter, hiding.Hidden, standing.Weight,
                    standing.Quorum, hiding.At),
                signed.Signature.ToBytes());
            return 1;
        });
        return Read(hiding.Comment);
    }

    /// <summary>Everything said about a proposal, in the order of the first wordings.</summary>
    public IReadOnlyList<ThreadComment> About(ProposalId proposal) => _file.Look(file =>
    {
        var hidings = DiscussionFile.HidingsOf(file, proposal).ToLookup(hiding => hiding.Comment);
        return (IReadOnlyList<ThreadComment>)[.. DiscussionFile.Of(file, proposal).GroupBy(wording => wording.Root)
            .Select(wordings => Thread([.. wordings], hidings[wordings.Key]))
            .OrderBy(comment => comment.Wordings[0].At).ThenBy(comment => comment.Id.ToString(), StringComparer.Ordinal)];
    });

    /// <summary>
    /// A part of what was said about a proposal, in the order in which it is read: each comment is followed by its answers.
    /// </summary>
    /// <exception cref="FormatException">The part is to begin after a comment that is not in this discussion.</exception>
    public Slice<ThreadComment> About(ProposalId proposal, SliceRequest part) => _file.Look(file =>
    {
        var all = _orders.Of(file, proposal);
        int from = 0;
        while (part.After is not null && (from < all.Count ? all[from++] : throw part.NotHere()).Id.ToString() != part.After)
        {
        }
        var some = all.Skip(from).Take(part.Limit).Select(place => Thread(file, place.Id) with { Depth = place.Depth }).ToArray();
        return new Slice<ThreadComment>(some, from + some.Length < all.Count ? some[^1].Id.ToString() : null);
    });

    /// <summary>How many comments there are on a proposal.</summary>
    public int CountOf(ProposalId proposal) => _file.Look(file => _orders.Of(file, proposal).Count);

    /// <summary>
    /// The comment that a hash names, be it of its first or of a later wording; null if nothing like it was said about the proposal.
    /// </summary>
    public ThreadComment? Find(ProposalId proposal, Hash32 wording) => _file.Look(file =>
        DiscussionFile.Find(file, wording) is { } found && found.Proposal == proposal ? Thread(file, found.Root) : null);

    private ThreadComment Read(Hash32 root) => _file.Look(file => Thread(file, root));

    private static ThreadComment Thread(SqlSession file, Hash32 root) =>
        Thread(DiscussionFile.WordingsOf(file, root), DiscussionFile.HidingsOf(file, root));

    private static ThreadComment Thread(IReadOnlyList<StoredComment> wordings, IEnumerable<StoredHiding> hidings)
    {
        var first = wordings.First(wording => wording.Id == wording.Root);
        var (hide, show, quorum) = (ShareAmount.Zero, ShareAmount.Zero, ShareAmount.Zero);
        foreach (var hiding in hidings)
        {
            if (hiding.Hidden) hide += hiding.Weight;
            else show += hiding.Weight;
            quorum = hiding.Quorum;
        }
        return new ThreadComment(
            first.Id, first.Proposal, first.Author, first.Parent,
            [.. wordings.Select(wording => new CommentWording(wording.Id, wording.Text, wording.At, wording.Cid))],
            hide, show, hide > show && hide + show >= quorum);
    }

    /// <summary>The id of the first wording, if the comment fits into what is there.</summary>
    private Hash32 Admitted(SqlSession file, Comment comment, Hash32 id)
    {
        if (DiscussionFile.Find(file, id) is { } known) return known.Root;
        if (comment.Parent is { } parent
            && (DiscussionFile.Find(file, parent) is not { } above || above.Proposal != comment.Proposal || above.Root != above.Id))
            throw Refused(DiscussionRule.ReferenceInvalid, $"Proposal {comment.Proposal} has no comment {parent} to answer.");
        RequireRoom(file, comment.Proposal, comment.Author);
        if (comment.Replaces is not { } replaced) return id;
        if (DiscussionFile.Find(file, replaced) is not { } first || first.Proposal != comment.Proposal || first.Root != first.Id
            || first.Author != comment.Author || first.Parent != comment.Parent)
            throw Refused(DiscussionRule.ReferenceInvalid,
                $"{replaced} is no comment of {comment.Author} in this place of the discussion.");
        if (DiscussionFile.Latest(file, replaced).At >= comment.At)
            throw Refused(DiscussionRule.TimeInvalid, "A later wording needs a later time than the one before it.");
        return replaced;
    }

    /// <summary>Whether a wish changes anything; an older one that comes again does not.</summary>
    private bool IsNews(SqlSession file, Hiding hiding)
    {
        if (DiscussionFile.Find(file, hiding.Comment) is not { } comment || comment.Proposal != hiding.Proposal
            || comment.Root != comment.Id)
            throw Refused(DiscussionRule.ReferenceInvalid, $"Proposal {hiding.Proposal} has no comment {hiding.Comment}.");
        if (DiscussionFile.HidingOf(file, hiding.Comment, hiding.Voter) is { } before)
            return hiding.At > before.At || (hiding.At == before.At && hiding.Hidden != before.Hidden);
        RequireRoom(file, hiding.Proposal, hiding.Voter);
        return true;
    }

    private void RequireRoom(SqlSession file, ProposalId proposal, Address author)
    {
        var (all, ofAuthor, recent) = DiscussionFile.Count(file, proposal, author, _clock.GetUtcNow() - TimeSpan.FromHours(1));
        if (recent >= _limits.PerHour)
            throw Refused(DiscussionRule.TooMany, $"{author} has said {recent} things about this proposal within an hour. Wait a while.");
        if (ofAuthor >= _limits.PerAuthor)
            throw Refused(DiscussionRule.TooMany,
                $"{author} has said {ofAuthor} things about this proposal, which is the most anybody may.");
        if (all >= _limits.PerProposal)
            throw Refused(DiscussionRule.TooMany, $"Everything has been said about proposal {proposal}: it has {all} statements.");
    }

    /// <summary>A crumb of a share can be had by any number of accounts; together they leave half of the room to the others.</summary>
    private long RequireRoomForCrumbs(SqlSession file, Comment comment)
    {
        var (all, _, _) = DiscussionFile.Count(file, comment.Proposal, comment.Author, _clock.GetUtcNow());
        return all < _limits.PerProposal / 2 || DiscussionFile.Find(file, Statements.Digest(comment)) is not null ? all
            : throw Refused(DiscussionRule.TooMany,
                $"Proposal {comment.Proposal} has {all} statements. What room is left is for those who hold more than a thousandth of its "
                + "quorum.");
    }

    private void RequireTime(DateTimeOffset at)
    {
        var now = _clock.GetUtcNow();
        if (at.Ticks % TimeSpan.TicksPerSecond != 0 || (at - now).Duration() > _limits.Skew)
            throw Refused(DiscussionRule.TimeInvalid,
                $"The time must be now in whole seconds; it says {at:u}, it is {now:u}. Check the clock and sign again.");
    }

    private async Task<CommenterStanding> StandingAsync(ProposalId proposal, Address who, CancellationToken stop) =>
        await _electorate.FindAsync(proposal, who, stop)
            ?? throw Refused(DiscussionRule.ProposalUnknown, $"There is no proposal {proposal}.");

    private static void RequireSigner(Hash32 digest, Signature signature, Address author)
    {
        Address? signer = null;
        try
        {
            signer = Signature.Recover(digest, signature);
        }
        catch (CryptographicException)
        {
            // No key can have made it: refused like any other that is not the author's.
        }
        if (signer != author) throw Refused(DiscussionRule.SignatureInvalid, $"{author} did not sign this for this market.");
    }

    private static CommentRefusedException Refused(DiscussionRule rule, string message) => new(rule, message);
}
