using DataBright.Market.Datasets;
using DataBright.Market.Proposals;

namespace DataBright.Market.Tests.Indexes;

/// <summary>
/// What can happen to one word of the market, in chapters: each event of its contract comes at least once. It is found by its type, so
/// that a new word has it in its own folder, and no list of the tests is changed.
/// </summary>
internal abstract class WordScenario(TestMarket market)
{
    protected static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);
    protected static readonly TimeSpan VotingPeriod = TestMarket.Policy.VotingPeriod;
    protected static readonly DatasetPolicy Late = TestMarket.Policy with { LateQuorum = VotingPeriod, QuorumBps = 2_000 };

    public abstract IReadOnlyList<(string Name, Func<Task> Play)> Chapters { get; }

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected TestMarket Market => market;

    protected Ledger Ledger => market.Ledger;

    protected ProposalLedger Proposals => market.Ledger.Proposals;

    /// <summary>Those of all words, in the order of their names.</summary>
    public static IReadOnlyList<WordScenario> All(TestMarket market) =>
    [
        .. typeof(WordScenario).Assembly.GetTypes().Where(type => type.BaseType == typeof(WordScenario))
            .OrderBy(type => type.Name, StringComparer.Ordinal).Select(type => (WordScenario)Activator.CreateInstance(type, market)!),
    ];

    /// <summary>Sets what the index says of each of the word's things beside what the contract answers when it is asked.</summary>
    public virtual Task CompareAsync(LedgerIndex index, Compared compared) => Task.CompletedTask;

    /// <summary>A dataset of two founders, of whom Anna decides every vote.</summary>
    protected async Task<(DatasetId Dataset, Signer Anna, Signer Ben)> TownAsync(DatasetPolicy policy)
    {
        Signer anna = await market.PartyAsync(), ben = await market.PartyAsync();
        return ((await market.DatasetAsync(policy, anna, (anna, 97), (ben, 3))).Id, anna, ben);
    }

    /// <summary>A shard is proposed, voted for and listed.</summary>
    protected async Task AcceptAsync(DatasetId dataset, OfferedShard offer, Signer contributor, Signer voter)
    {
        var proposal = await Proposals.ProposeAsync(dataset, offer, contributor, Stop);
        await Proposals.VoteAsync(proposal, Choice.Yes, null, voter, Stop);
        await Proposals.FinaliseAsync(proposal, contributor, Stop);
    }
}
