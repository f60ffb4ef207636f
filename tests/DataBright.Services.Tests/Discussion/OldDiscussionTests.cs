using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Services.Discussion;
using DataBright.Storage;
using DataBright.Storage.Sql;
using DataBright.Testing.Databases;

namespace DataBright.Services.Tests.Discussion;

/// <summary>A discussion that databright 0.1.0 wrote is read word for word, added to, and read again.</summary>
public sealed class OldDiscussionTests : IDisposable
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
