using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Services.Discussion;
using DataBright.Services.Relays;
using DataBright.Storage;
using DataBright.Storage.Sql;

namespace DataBright.Market.Tests.Databases;

/// <summary>What databright 0.1.0 wrote is read word for word, added to, and read again.</summary>
public sealed class Version010Tests : IDisposable
{
    private static readonly ProposalId TheProposal = new(1);
    private static readonly Hash32 Question = Hash32.Parse("0xdf3e951e46c27d5a0e4135a748e6defb8d1fad9e5eb550f3b085b07cfef26a6d");
    private static readonly Hash32 Answer = Hash32.Parse("0xc11f8674d5b092e4ce48829ee5933d778e7b13cc954ab4c7f6e41f19306a9934");
    private static readonly DateTimeOffset AfterAll = DateTimeOffset.FromUnixTimeSeconds(1795896400);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_discussion_goes_on()
    {
        Version010.Write("discussion.db", _folder["discussion.db"]);
        using var writer = EthereumKey.FromBytes([.. new byte[31], 7]);
        Hash32 added;
        using (var discussions = Open(writer.Address))
        {
            ShouldBeWhatWasSaid(discussions.About(TheProposal));
            var comment = new Comment(TheProposal, writer.Address, Answer, null, "Since last winter.", AfterAll);
            added = (await discussions.SayAsync(discussions.Statements.Sign(comment, writer), Stop)).Id;
        }

        using var again = Open(writer.Address);
        var all = again.About(TheProposal);
        ShouldBeWhatWasSaid([.. all.Where(comment => comment.Id != added)]);
        all.Single(comment => comment.Id == added).ShouldSatisfyAllConditions(
            comment => comment.Current.Text.ShouldBe("Since last winter."), comment => comment.Parent.ShouldBe(Answer));
    }

    [Fact]
    public void A_discussion_comes_through_a_change_of_its_schema_and_its_copy_is_one_of_0_1_0()
    {
        var path = _folder["discussion.db"];
        Version010.Write("discussion.db", path);
        var rows = FileContents.Rows(path);
        var next = DiscussionFile.Schema with
        {
            Changes = [.. DiscussionFile.Schema.Changes,
                new SqlChange(DiscussionFile.Schema.Version + 1,
                    file => file.Script("ALTER TABLE comments ADD COLUMN language TEXT NOT NULL DEFAULT 'en'"))],
        };

        using (var changed = SqlFile.Open(path, next))
        {
            changed.Number("SELECT count(*) FROM comments WHERE language = 'en'").ShouldBe(4);
            DiscussionFile.Of(changed, TheProposal).Count.ShouldBe(4);
        }
        Should.Throw<SqlFileException>(() => new DiscussionFile(path)).Message.ShouldContain($"({path}.v1 is one)");

        FileContents.Rows(path + ".v1").ShouldBe(rows);
        File.Move(path + ".v1", path, overwrite: true);
        using var back = new DiscussionFile(path);
        back.Look(file => DiscussionFile.Of(file, TheProposal)).Count.ShouldBe(4);
    }

    [Fact]
    public void A_relayer_remembers_what_it_carried_and_counts_on()
    {
        Version010.Write("relayer.db", _folder["relayer.db"]);
        const string ballot = "ballot 0x07fa95140d91bcd5446a01d818fab218833e6b778a60ffaeadd3dc6ef27d5e67";
        var claim = $"claim 1 {OldMarket.Ada}";
        var carried = Hash32.Parse("0x0c7fd20ba397665013925a827436dbf8100215722d573217ffc2c28a72dd1f77");
        var begin = DateTimeOffset.FromUnixTimeSeconds(1795896322);
        long number;
        using (var book = new RelayBook(_folder["relayer.db"]))
        {
            book.Last(ballot).ShouldBe(new RelayRecord(1, ballot, 23, carried));
            book.Last(claim).ShouldBe(new RelayRecord(3, claim, 44,
                Hash32.Parse("0xc4fbcde22ab7ef178194dde3ca2d81322fbbfd34058f6e7bb99bc6fb44c1a61d")));
            book.Count("ballot", OldMarket.Ada, begin).ShouldBe((3, 1));
            book.Count("ballot", OldMarket.Ada, begin.AddSeconds(1)).ShouldBe((2, 0));
            number = book.Begin(claim, OldMarket.Ada, 50, AfterAll);
            number.ShouldBe(4, "numbers are not given twice");
            book.End(number, carried);
        }

        using var again = new RelayBook(_folder["relayer.db"]);
        again.Last(claim).ShouldBe(new RelayRecord(number, claim, 50, carried));
        again.Count("claim", OldMarket.Ada, begin).ShouldBe((4, 2));
    }

    /// <summary>
    /// An older program may have added amounts up wrongly, or have stopped at an event; what it entered is not gone on from.
    /// </summary>
    [Fact]
    public void An_index_is_made_anew_and_says_so_once()
    {
        var path = _folder["index.db"];
        Version010.Write("index.db", path);
        using (var index = LedgerIndex.Open(path, OldMarket.Addresses))
        {
            index.Note.ShouldNotBeNull().ShouldContain("is of version 6");
            index.Position.Block.ShouldBeNull();
            index.NextBlock.ShouldBe(0ul);
            index.Datasets.List(new SliceRequest(10)).Items.ShouldBeEmpty();
        }

        using var again = LedgerIndex.Open(path, OldMarket.Addresses);
        again.Note.ShouldBeNull();
    }

    private static void ShouldBeWhatWasSaid(IReadOnlyList<ThreadComment> comments)
    {
        comments.Select(comment => (comment.Author, comment.Parent, comment.IsHidden)).ShouldBe(
            [(OldMarket.Ada, null, false), (OldMarket.Ines, Question, true), (OldMarket.Ada, null, false)]);
        comments.SelectMany(comment => comment.Wordings).Select(wording => wording.Text).ShouldBe(
            ["Where are these from?", "Where are these from, and since when?", "From the north.\nAll of them: Ünïcode, too.",
                "I looked at all of them."]);
        comments[0].Id.ShouldBe(Question);
        comments[0].Current.At.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1795896321));
        comments[0].Current.Cid.ToString()
            .ShouldBe(Cid.FromBytes(Convert.FromHexString("01551220813b1e7f9075cc254d277c1d8c3d534ee00a31cb8af9ac8456af32a40c3f22b0"))
                .ToString());
    }

    private ProposalDiscussions Open(Address writer) => new(
        _folder["discussion.db"], OldMarket.Addresses, new OneWriter(writer), new MemoryBlobStore(), new DiscussionLimits(),
        new StoppedClock(AfterAll));

    /// <summary>Whoever writes now made the proposal.</summary>
    private sealed class OneWriter(Address writer) : IElectorate
    {
        public Task<CommenterStanding?> FindAsync(ProposalId proposal, Address account, CancellationToken stop) =>
            Task.FromResult<CommenterStanding?>(
            new CommenterStanding(account == writer, ShareAmount.Zero, ShareAmount.Zero, ShareAmount.Whole(20)));
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
