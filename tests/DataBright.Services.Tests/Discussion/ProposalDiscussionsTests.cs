using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Proposals;
using DataBright.Services.Discussion;
using DataBright.Storage;

namespace DataBright.Services.Tests.Discussion;

public sealed class ProposalDiscussionsTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ProposalId TheProposal = new(7);
    private static readonly MarketAddresses Market = MarketWords.AddressesAt(31337, 1, (place, _) => At(place + 1));

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryBlobStore _blobs = new();
    private readonly StoppedClock _clock = new(Start);
    private readonly Electorate _electorate = new();
    private readonly DiscussionStatements _statements = new(Market);
    private readonly EthereumKey _ada = Key(1), _ben = Key(2), _cleo = Key(3), _proposer = Key(4), _stranger = Key(5);
    private ProposalDiscussions _discussions;

    public ProposalDiscussionsTests()
    {
        // Ada, Ben and Cleo voted with 50, 30 and 20 shares; twenty make a quorum.
        foreach (var (key, weight) in new[] { (_ada, 50ul), (_ben, 30ul), (_cleo, 20ul), (_proposer, 0ul) })
            _electorate.Known[key.Address] = new CommenterStanding(key == _proposer, ShareAmount.Whole(weight), ShareAmount.Zero,
                ShareAmount.Whole(20));
        _discussions = Open(new DiscussionLimits());
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _discussions.Dispose();
        foreach (var key in new[] { _ada, _ben, _cleo, _proposer, _stranger }) key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_thread_is_read_as_it_was_said()
    {
        var question = await SayAsync(_ada, "Where are these from?");
        _clock.Advance(5);
        var reply = await SayAsync(_proposer, "From our own clinic.\nAll of them.", parent: question.Id);
        _clock.Advance(5);
        var other = await SayAsync(_ben, "Duplicates of shard 3?");

        question.ShouldBe(question with { Proposal = TheProposal, Author = _ada.Address, Parent = null, IsHidden = false });
        question.IsEdited.ShouldBeFalse();
        reply.Parent.ShouldBe(question.Id);
        _discussions.About(TheProposal).Select(comment => (comment.Id, comment.Current.Text)).ShouldBe(
            [(question.Id, "Where are these from?"), (reply.Id, "From our own clinic.\nAll of them."),
                (other.Id, "Duplicates of shard 3?")]);
        _discussions.About(new ProposalId(8)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_comment_is_stored_under_its_hash_and_says_who_signed_it()
    {
        var comment = await SayAsync(_ada, "Where are these from?");
        var bytes = await _blobs.ReadAsync(comment.Current.Cid, StatementBytes.Limit, Stop);
        var read = StatementBytes.Read(bytes);
        read.Statement.ShouldBe(new Comment(TheProposal, _ada.Address, null, null, "Where are these from?", Start));
        Signature.Recover(_statements.Digest(read.Statement), read.Signature).ShouldBe(_ada.Address);
        _statements.Digest(read.Statement).ShouldBe(comment.Id);
    }

    [Fact]
    public async Task What_is_sent_twice_is_said_once_and_outlives_the_process()
    {
        var signed = Sign(_ada, "Once.");
        var first = await _discussions.SayAsync(signed, Stop);
        _clock.Advance(86_400);
        (await _discussions.SayAsync(signed, Stop)).Id.ShouldBe(first.Id, "however late it comes again");
        _discussions.About(TheProposal).Count.ShouldBe(1);
        _discussions.Dispose();
        _discussions = Open(new DiscussionLimits());
        _discussions.About(TheProposal).ShouldHaveSingleItem().Current.ShouldBe(first.Current);
    }

    [Fact]
    public async Task A_comment_is_edited_by_its_author_and_keeps_its_history()
    {
        var comment = await SayAsync(_ada, "Bad labels.");
        _clock.Advance(60);
        var edited = await SayAsync(_ada, "Three bad labels.", replaces: comment.Id);
        _clock.Advance(60);
        edited = await SayAsync(_ada, "Four bad labels.", replaces: comment.Id);
        edited.Id.ShouldBe(comment.Id);
        edited.IsEdited.ShouldBeTrue();
        edited.Wordings.Select(wording => wording.Text).ShouldBe(["Bad labels.", "Three bad labels.", "Four bad labels."]);
        _discussions.About(TheProposal).ShouldHaveSingleItem().Current.Text.ShouldBe("Four bad labels.");

        await RefusedAsync(DiscussionRule.TimeInvalid, () => SayAsync(_ada, "At the same second.", replaces: comment.Id));
        _clock.Advance(60);
        await RefusedAsync(DiscussionRule.ReferenceInvalid, () => SayAsync(_ben, "No bad labels.", replaces: comment.Id));
        await RefusedAsync(DiscussionRule.ReferenceInvalid, () => SayAsync(_ben, "Which?", parent: edited.Current.Id));
        await SayAsync(_ben, "Which?", parent: comment.Id);
        await RefusedAsync(DiscussionRule.ReferenceInvalid, () => SayAsync(_ada, "Five.", replaces: edited.Current.Id));
        await RefusedAsync(DiscussionRule.ReferenceInvalid, () => SayAsync(_ada, "Elsewhere.", replaces: comment.Id, parent: comment.Id));
    }

    [Fact]
    public async Task Comments_answer_comments_of_their_own_proposal()
    {
        var comment = await SayAsync(_ada, "Here.");
        await RefusedAsync(DiscussionRule.ReferenceInvalid, () => SayAsync(_ben, "Yes.", parent: Hash32.Zero));
        await RefusedAsync(DiscussionRule.ReferenceInvalid,
            () => SayAsync(_ben, "There.", parent: comment.Id, proposal: new ProposalId(8)));
        await RefusedAsync(DiscussionRule.ReferenceInvalid,
            () => SayAsync(_ada, "There.", replaces: comment.Id, proposal: new ProposalId(8)));
        await RefusedAsync(DiscussionRule.ProposalUnknown, () => SayAsync(_ada, "Nowhere.", proposal: new ProposalId(9_999)));
    }

    [Fact]
    public async Task Only_those_with_shares_and_the_proposer_write()
    {
        await RefusedAsync(DiscussionRule.NotAllowed, () => SayAsync(_stranger, "Buy my coin."));
        await SayAsync(_proposer, "It is mine.");
        _electorate.Known[_stranger.Address] = new CommenterStanding(false, ShareAmount.Zero, ShareAmount.Whole(1), ShareAmount.Whole(20));
        await SayAsync(_stranger, "I hold one share now.");
    }

    [Fact]
    public async Task A_forged_comment_is_refused()
    {
        var signed = Sign(_ada, "Yes.");
        await ForgedAsync(signed with { Signature = _ben.Sign(_statements.Digest(signed.Statement)) });
        await ForgedAsync(signed with { Statement = signed.Statement with { Text = "No." } });
        await ForgedAsync(signed with { Statement = signed.Statement with { Proposal = new ProposalId(8) } });
        await ForgedAsync(signed with { Statement = signed.Statement with { Author = _ben.Address } });
        await ForgedAsync(signed with { Statement = signed.Statement with { At = signed.Statement.At.AddSeconds(1) } });
        await ForgedAsync(signed with { Signature = new Signature(0, 0, false) });
        var elsewhere = new DiscussionStatements(Market with { ChainId = 1 });
        await ForgedAsync(elsewhere.Sign(signed.Statement, _ada));
        var twin = new DiscussionStatements(Market.With("Proposals", At(99)));
        await ForgedAsync(twin.Sign(signed.Statement, _ada));
        // A ballot's signature is over another struct of another domain.
        var ballot = new Statements(Market).Sign(new Ballot(TheProposal, Choice.Yes, _ada.Address, "Yes.", Start), _ada);
        await ForgedAsync(signed with { Signature = ballot.Signature });
        _discussions.About(TheProposal).ShouldBeEmpty();
        Should.Throw<ArgumentException>(() => _statements.Sign(signed.Statement, _ben));

        async Task ForgedAsync(Signed<Comment> forged) =>
            await RefusedAsync(DiscussionRule.SignatureInvalid, () => _discussions.SayAsync(forged, Stop));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t ")]
    [InlineData("bell\u0007")]
    [InlineData("nul\0")]
    [InlineData("\u202Eesrever")]
    [InlineData("\u2066isolated\u2069")]
    [InlineData("carriage\r\nreturn")]
    [InlineData("\u200b\u200d")]
    [InlineData("Fine.\U000E0049\U000E0067\U000E006E\U000E006F\U000E0072\U000E0065")]
    [InlineData("in\u2063visible")]
    [InlineData("in\ufeffvisible")]
    [InlineData("anno\ufff9tated\ufffb")]
    public async Task Words_that_cannot_be_shown_are_refused(string text) =>
        await RefusedAsync(DiscussionRule.TextInvalid, () => SayAsync(_ada, text));

    [Fact]
    public async Task Half_a_character_is_refused()
    {
        // Signing it changes it, because it has no bytes: so the signature is not of what is sent, or the text is not text.
        var comment = new Comment(TheProposal, _ada.Address, null, null, "half \ud83d", Start);
        (await Should.ThrowAsync<Exception>(async () => await _discussions.SayAsync(_statements.Sign(comment, _ada), Stop)))
            .ShouldBeOfType<CommentRefusedException>().Rule.ShouldBe(DiscussionRule.TextInvalid);
        await SayAsync(_ada, "joined \U0001F469\u200d\U0001F52C, \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645");
        await SayAsync(_ada, "whole \ud83d\ude00 \u65e5\u672c <script>alert(1)</script>");
        await RefusedAsync(DiscussionRule.TextInvalid, () => SayAsync(_ada, new string('\u65e5', 8_192 / 3 + 1)));
        await SayAsync(_ada, new string('\u65e5', 8_192 / 3));
    }

    [Fact]
    public async Task The_time_of_a_comment_is_now()
    {
        await RefusedAsync(DiscussionRule.TimeInvalid, () => SayAsync(_ada, "Early.", at: Start.AddMinutes(11)));
        await RefusedAsync(DiscussionRule.TimeInvalid, () => SayAsync(_ada, "Late.", at: Start.AddMinutes(-11)));
        await RefusedAsync(DiscussionRule.TimeInvalid, () => SayAsync(_ada, "Fine.", at: Start.AddMilliseconds(1)));
        await SayAsync(_ada, "In time.", at: Start.AddMinutes(-9));
    }

    /// <summary>Shares divide without end, and each part of one is an account that may write.</summary>
    [Fact]
    public async Task Crumbs_of_shares_do_not_talk_everybody_down()
    {
        _discussions.Dispose();
        _discussions = Open(new DiscussionLimits { PerProposal = 6 });
        using EthereumKey crumb = Key(6), bite = Key(7);
        _electorate.Known[crumb.Address] = new CommenterStanding(false, ShareAmount.Parse("0.0199"), ShareAmount.Parse("0.0199"),
            ShareAmount.Whole(20));
        _electorate.Known[bite.Address] = new CommenterStanding(false, ShareAmount.Zero, ShareAmount.Parse("0.02"), ShareAmount.Whole(20));
        for (int i = 0; i < 3; i++) await SayAsync(crumb, $"{i}");
        await RefusedAsync(DiscussionRule.TooMany, () => SayAsync(crumb, "4"));
        await SayAsync(bite, "A thousandth of the quorum, bought today.");
        await SayAsync(_proposer, "However little the proposer holds.");
        await SayAsync(_ada, "There is room.");
    }

    [Fact]
    public async Task Nobody_says_too_much()
    {
        _discussions.Dispose();
        _discussions = Open(new DiscussionLimits { PerHour = 3, PerAuthor = 5, PerProposal = 7 });
        for (int i = 0; i < 3; i++) await SayAsync(_ada, $"{i}");
        await RefusedAsync(DiscussionRule.TooMany, () => SayAsync(_ada, "4"));
        await RefusedAsync(DiscussionRule.TooMany, () => HideAsync(_ada, _discussions.About(TheProposal)[0].Id, true));
        _clock.Advance(3_601);
        await SayAsync(_ada, "4");
        await SayAsync(_ada, "5");
        await RefusedAsync(DiscussionRule.TooMany, () => SayAsync(_ada, "6"));
        await SayAsync(_ben, "6");
        await SayAsync(_ben, "7");
        await RefusedAsync(DiscussionRule.TooMany, () => SayAsync(_cleo, "8"));
        await SayAsync(_ada, "Another proposal has room.", proposal: new ProposalId(8));
    }

    [Fact]
    public async Task Shareholders_hide_and_show_by_weight_and_quorum()
    {
        var comment = await SayAsync(_proposer, "You are all fools.");
        var hidden = await HideAsync(_cleo, comment.Id, true);
        hidden.ShouldBe(hidden with { HideWeight = ShareAmount.Whole(20), ShowWeight = ShareAmount.Zero, IsHidden = true });
        _clock.Advance(1);
        (await HideAsync(_ben, comment.Id, false)).IsHidden.ShouldBeFalse("thirty against twenty");
        (await HideAsync(_ada, comment.Id, true)).IsHidden.ShouldBeTrue();
        _clock.Advance(1);
        var shown = await HideAsync(_ada, comment.Id, false);
        shown.ShouldBe(shown with { IsHidden = false, HideWeight = ShareAmount.Whole(20), ShowWeight = ShareAmount.Whole(80) });
        shown.Current.Text.ShouldBe("You are all fools.", "hiding takes nothing away");

        // An older wish that is sent again does not come back.
        var old = _statements.Sign(new Hiding(TheProposal, _ada.Address, comment.Id, true, Start.AddSeconds(1)), _ada);
        (await _discussions.HideAsync(old, Stop)).IsHidden.ShouldBeFalse();
    }

    [Fact]
    public async Task Below_the_quorum_nothing_is_hidden()
    {
        _electorate.Known[_cleo.Address] = _electorate.Known[_cleo.Address] with { Weight = ShareAmount.Whole(19) };
        var comment = await SayAsync(_ada, "Hm.");
        (await HideAsync(_cleo, comment.Id, true)).IsHidden.ShouldBeFalse();
    }

    [Fact]
    public async Task Nobody_hides_without_a_vote_or_in_anothers_name()
    {
        var comment = await SayAsync(_ada, "Hm.");
        await RefusedAsync(DiscussionRule.NotAllowed, () => HideAsync(_proposer, comment.Id, true));
        await RefusedAsync(DiscussionRule.NotAllowed, () => HideAsync(_stranger, comment.Id, true));
        await RefusedAsync(DiscussionRule.ReferenceInvalid, () => HideAsync(_ben, Hash32.Zero, true));
        var hiding = new Hiding(TheProposal, _ada.Address, comment.Id, true, Start);
        await RefusedAsync(DiscussionRule.SignatureInvalid,
            () => _discussions.HideAsync(new Signed<Hiding>(hiding, _ben.Sign(_statements.Digest(hiding))), Stop));
        Should.Throw<ArgumentException>(() => _statements.Sign(hiding, _ben));
        _clock.Advance(60);
        var wording = await SayAsync(_ada, "Hm!", replaces: comment.Id);
        await RefusedAsync(DiscussionRule.ReferenceInvalid, () => HideAsync(_ben, wording.Current.Id, true));
    }

    [Fact]
    public async Task A_votes_reason_names_the_comment_it_rests_on()
    {
        var comment = await SayAsync(_ada, "Four bad labels.");
        VoteAnchor.CommentIn(VoteAnchor.Reason(comment.Id)).ShouldBe(comment.Id);
        VoteAnchor.CommentIn(VoteAnchor.Reason(comment.Id, " See there: ")).ShouldBe(comment.Id);
        VoteAnchor.Reason(comment.Id, "See").ShouldBe($"See comment:{comment.Id}");
        foreach (var reason in (string[])["", "no", "comment:", "comment:0x12", $"comment:{comment.Id.ToString()[..^1]}g"])
            VoteAnchor.CommentIn(reason).ShouldBeNull();
    }

    [Fact]
    public async Task A_discussion_is_read_in_parts_each_comment_followed_by_its_answers()
    {
        var ids = new Dictionary<string, Hash32>();
        foreach (var (name, above) in new[] { ("A", ""), ("B", ""), ("B1", "B"), ("A1", "A"), ("A11", "A1"), ("A2", "A"), ("C", "") })
        {
            _clock.Advance(1);
            ids[name] = (await SayAsync(_ada, name, parent: above.Length == 0 ? null : ids[above])).Id;
        }
        _clock.Advance(1);
        await SayAsync(_ada, "A again", replaces: ids["A"]);
        await HideAsync(_ben, ids["B1"], true);

        var all = _discussions.About(TheProposal, new SliceRequest(100));
        all.Next.ShouldBeNull();
        all.Items.Select(comment => $"{comment.Depth} {comment.Current.Text}")
            .ShouldBe(["0 A again", "1 A1", "2 A11", "1 A2", "0 B", "1 B1", "0 C"]);
        all.Items.Select(comment => comment.IsHidden).ShouldBe([false, false, false, false, false, true, false]);

        var read = new List<ThreadComment>();
        string? after = null;
        do
        {
            var part = _discussions.About(TheProposal, new SliceRequest(2, after));
            part.Items.Count.ShouldBeLessThanOrEqualTo(2);
            read.AddRange(part.Items);
            after = part.Next;
        }
        while (after is not null);
        read.Select(comment => comment.Id).ShouldBe(all.Items.Select(comment => comment.Id));
        Should.Throw<FormatException>(() => _discussions.About(TheProposal, new SliceRequest(2, Hash32.Zero.ToString())));
        _discussions.CountOf(TheProposal).ShouldBe(7);
        _discussions.CountOf(new ProposalId(8)).ShouldBe(0);

        _clock.Advance(1);
        await SayAsync(_ada, "B2", parent: ids["B"]);
        _discussions.About(TheProposal, new SliceRequest(100)).Items.Select(comment => comment.Current.Text)
            .ShouldBe(["A again", "A1", "A11", "A2", "B", "B1", "B2", "C"], "what is said after it was read is read as well");
    }

    [Fact]
    public async Task A_thread_as_deep_as_it_may_be_is_read()
    {
        _discussions.Dispose();
        _discussions = Open(new DiscussionLimits { PerHour = 5_000, PerAuthor = 5_000 });
        Hash32? above = null;
        for (int i = 0; i < 1_500; i++) above = (await SayAsync(_ada, $"{i}", parent: above)).Id;
        var last = _discussions.About(TheProposal, new SliceRequest(10_000)).Items[^1];
        last.ShouldSatisfyAllConditions(comment => comment.Current.Text.ShouldBe("1499"), comment => comment.Depth.ShouldBe(1_499));
    }

    [Fact]
    public async Task A_comment_is_found_by_each_of_its_wordings()
    {
        var comment = await SayAsync(_ada, "Bad labels.");
        _clock.Advance(60);
        var edited = await SayAsync(_ada, "Three bad labels.", replaces: comment.Id);
        _discussions.Find(TheProposal, comment.Id)!.Id.ShouldBe(comment.Id);
        _discussions.Find(TheProposal, edited.Current.Id)!.Id.ShouldBe(comment.Id);
        _discussions.Find(new ProposalId(8), comment.Id).ShouldBeNull();
        _discussions.Find(TheProposal, Hash32.Zero).ShouldBeNull();
    }

    [Fact]
    public async Task A_wallet_is_asked_for_nothing_that_would_be_refused()
    {
        var comment = await SayAsync(_ada, "Here.");
        var draft = new Comment(TheProposal, _ada.Address, null, null, "There.", _clock.Now);
        await _discussions.RequireSayableAsync(draft, Stop);
        await RefusedAsync(DiscussionRule.TextInvalid, () => _discussions.RequireSayableAsync(draft with { Text = "" }, Stop));
        await RefusedAsync(DiscussionRule.TimeInvalid, () => _discussions.RequireSayableAsync(draft with { At = Start.AddDays(1) }, Stop));
        await RefusedAsync(DiscussionRule.NotAllowed,
            () => _discussions.RequireSayableAsync(draft with { Author = _stranger.Address }, Stop));
        await RefusedAsync(DiscussionRule.ReferenceInvalid,
            () => _discussions.RequireSayableAsync(draft with { Parent = Hash32.Zero }, Stop));
        var hiding = new Hiding(TheProposal, _ada.Address, comment.Id, true, _clock.Now);
        await _discussions.RequireHideableAsync(hiding, Stop);
        await RefusedAsync(DiscussionRule.NotAllowed,
            () => _discussions.RequireHideableAsync(hiding with { Voter = _proposer.Address }, Stop));
        await RefusedAsync(DiscussionRule.ReferenceInvalid,
            () => _discussions.RequireHideableAsync(hiding with { Comment = Hash32.Zero }, Stop));
        _discussions.About(TheProposal).ShouldHaveSingleItem().HideWeight.ShouldBe(ShareAmount.Zero, "asking says nothing");
    }

    [Fact]
    public async Task Wallets_sign_what_we_sign()
    {
        var comment = new Comment(TheProposal, _ada.Address, Hash32.Zero, Keccak.HashText("before"),
            "Quotes \" and \u65e5\u672c\n\tand \ud83d\ude00.", Start);
        var hiding = new Hiding(TheProposal, _ada.Address, Keccak.HashText("comment"), true, Start);
        var ballots = new Statements(Market);
        var ballot = new Ballot(TheProposal, Choice.Yes, _ada.Address, VoteAnchor.Reason(Keccak.HashText("comment"), "Look:"), Start);
        var signed = await Peer.AskAsync<WalletAnswer[]>("typed-data.mjs", new
        {
            secret = "0x" + string.Concat(Enumerable.Repeat("01", 32)),
            messages = new[] { _statements.ForWallet(comment), _statements.ForWallet(hiding), ballots.ForWallet(ballot) },
        });
        signed.Select(answer => answer.Digest).ShouldBe([_statements.Digest(comment), _statements.Digest(hiding), ballots.Digest(ballot)]);
        signed.ShouldAllBe(answer => Signature.Recover(answer.Digest, Signature.Parse(answer.Signature)) == _ada.Address);
    }

    private sealed record WalletAnswer(Hash32 Digest, string Signature);

    [Fact]
    public void A_comment_has_one_form_in_bytes()
    {
        var signed = Sign(_ada, "Quotes \" and \u65e5\u672c.");
        var bytes = StatementBytes.Write(signed);
        StatementBytes.Read(bytes).ShouldBe(signed);
        var text = System.Text.Encoding.UTF8.GetString(bytes);
        foreach (var other in (string[])["", "null", "{}", "[]", " " + text,
            text.Replace("comment/1", "comment/2", StringComparison.Ordinal),
            text.Replace("{\"type\"", "{\"more\":1,\"type\"", StringComparison.Ordinal), text.ToUpperInvariant(), text[..^1],
            text.Replace(_ada.Address.ToString(), "0x12", StringComparison.Ordinal), new string(' ', StatementBytes.Limit) + text])
            Should.Throw<CommentRefusedException>(() => StatementBytes.Read(System.Text.Encoding.UTF8.GetBytes(other))).Rule
                .ShouldBe(DiscussionRule.Malformed);
    }

    private ProposalDiscussions Open(DiscussionLimits limits) =>
        new(_folder["discussion.db"], Market, _electorate, _blobs, limits, _clock);

    private Signed<Comment> Sign(EthereumKey author, string text) =>
        _statements.Sign(new Comment(TheProposal, author.Address, null, null, text, _clock.Now), author);

    private Task<ThreadComment> SayAsync(
        EthereumKey author, string text, Hash32? parent = null, Hash32? replaces = null, ProposalId? proposal = null,
        DateTimeOffset? at = null) =>
        _discussions.SayAsync(
            _statements.Sign(new Comment(proposal ?? TheProposal, author.Address, parent, replaces, text, at ?? _clock.Now), author), Stop);

    private Task<ThreadComment> HideAsync(EthereumKey voter, Hash32 comment, bool hidden) =>
        _discussions.HideAsync(_statements.Sign(new Hiding(TheProposal, voter.Address, comment, hidden, _clock.Now), voter), Stop);

    private static async Task RefusedAsync(DiscussionRule rule, Func<Task> act) =>
        (await Should.ThrowAsync<CommentRefusedException>(act)).Rule.ShouldBe(rule);

    private static Address At(int number) => Address.Parse($"0x{number:x40}");

    private static EthereumKey Key(byte number)
    {
        Span<byte> secret = stackalloc byte[32];
        secret.Fill(number);
        return EthereumKey.FromBytes(secret);
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; private set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;

        public void Advance(int seconds) => Now = Now.AddSeconds(seconds);
    }

    private sealed class Electorate : IElectorate
    {
        public Dictionary<Address, CommenterStanding> Known { get; } = [];

        public Task<CommenterStanding?> FindAsync(ProposalId proposal, Address who, CancellationToken stop) =>
            Task.FromResult(proposal.Value > 100
            ? null
            : Known.GetValueOrDefault(who) ?? new CommenterStanding(false, ShareAmount.Zero, ShareAmount.Zero, ShareAmount.Whole(20)));
    }
}
