using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Services.Discussion;
using DataBright.Storage;

namespace DataBright.Node.Tests;

/// <summary>What people of the sample market say: real statements with real signatures, taken by the rules of every discussion.</summary>
internal sealed class SampleDiscussion : IElectorate, IDisposable
{
    public static readonly MarketAddresses Addresses = MarketWords.AddressesAt(31337, 1, (place, _) => SampleMarket.Account(901 + place));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("databright-sample-discussion");
    private readonly IBlobStore _blobs;

    private SampleDiscussion(IBlobStore blobs)
    {
        _blobs = blobs;
        Now = Open(SampleMarket.Now);
    }

    /// <summary>As of the sample's present.</summary>
    public ProposalDiscussions Now { get; }

    /// <summary>The file of it all.</summary>
    public string Path => System.IO.Path.Combine(_folder.FullName, "discussion.db");

    /// <summary>A comment that a vote's reason names.</summary>
    public static Hash32 Anchored { get; private set; }

    public static async Task<SampleDiscussion> BeginAsync(IBlobStore blobs)
    {
        var sample = new SampleDiscussion(blobs);
        await sample.TalkAsync();
        return sample;
    }

    public void Dispose()
    {
        Now.Dispose();
        _folder.Delete(recursive: true);
    }

    public Task<CommenterStanding?> FindAsync(ProposalId proposal, Address who, CancellationToken stop)
    {
        ulong shares = who == SampleMarket.Account(2) ? 3_480ul : who == SampleMarket.Account(3)
            ? 1_130ul : who == SampleMarket.Account(4) ? 2_548ul : who == SampleMarket.Account(8) ? 100ul : 0;
        return Task.FromResult<CommenterStanding?>(proposal.Value > 9 ? null
            : new CommenterStanding(who == SampleMarket.Account(5), ShareAmount.Whole(shares), ShareAmount.Zero, ShareAmount.Whole(2_124)));
    }

    /// <summary>A thread with an answer to an answer, a later wording, hostile words, and something hidden.</summary>
    private async Task TalkAsync()
    {
        var proposal = new ProposalId(6);
        var question = await SayAsync(proposal, 2, hoursAgo: 9,
            "Who wrote these, and when were they scanned?\nThe other shards say so in their description.");
        var reply = await SayAsync(proposal, 5, hoursAgo: 8, "Forty pupils of one school, in March. The sheets are scanned at 300 dpi.",
            parent: question);
        await SayAsync(proposal, 5, hoursAgo: 7.5,
            "Forty-two pupils of one school, in March. The sheets are scanned at 300 dpi, and cut by the same program as shard 2.",
            parent: question, replaces: reply);
        await SayAsync(proposal, 2, hoursAgo: 7, "Thank you. One school is few hands, but the evaluation says it helps.", parent: reply);
        Anchored = await SayAsync(proposal, 3, hoursAgo: 7.2, "There are only eleven fours in it, against a hundred of each other label.");
        await SayAsync(proposal, 8, hoursAgo: 6, SampleMarket.Hostile);
        var rude = await SayAsync(proposal, 8, hoursAgo: 5, "Never mind this one, buy my coin instead.");
        await HideAsync(proposal, 2, hoursAgo: 4, rude);
    }

    private async Task<Hash32> SayAsync(ProposalId proposal, int author, double hoursAgo, string text, Hash32? parent = null,
        Hash32? replaces = null)
    {
        var at = SampleMarket.Now.AddHours(-hoursAgo);
        using var then = Open(at);
        var key = SampleMarket.Key(author);
        return (await then.SayAsync(then.Statements.Sign(new Comment(proposal, key.Address, parent, replaces, text, at), key),
            CancellationToken.None)).Current.Id;
    }

    private async Task HideAsync(ProposalId proposal, int voter, double hoursAgo, Hash32 comment)
    {
        var at = SampleMarket.Now.AddHours(-hoursAgo);
        using var then = Open(at);
        var key = SampleMarket.Key(voter);
        await then.HideAsync(then.Statements.Sign(new Hiding(proposal, key.Address, comment, true, at), key), CancellationToken.None);
    }

    private ProposalDiscussions Open(DateTimeOffset now) =>
        new(Path, Addresses, this, _blobs, new DiscussionLimits(), new FixedClock(now));
}
