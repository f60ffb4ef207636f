using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Jobs;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Requests;
using DataBright.Market.Shares;
using DataBright.Market.Sql;
using DataBright.Market.Usage;

namespace DataBright.Market.Owed;

/// <summary>A bond that a proposer put up and was not given back.</summary>
public sealed record IndexedBond(ProposalId Proposal, ProposalState State, Money Amount, DateTimeOffset Deadline);

/// <summary>What somebody has in the pot of a request, with how the pot stands.</summary>
public sealed record IndexedPart(RequestId Request, RequestState State, Money Amount, Money Pot, Money Paid, DateTimeOffset Deadline);

/// <summary>An accepted shard that a request may have to pay for.</summary>
/// <param name="Block">When it was listed; the request pays for what was listed after it adopted the dataset.</param>
public sealed record IndexedRewardDue(RequestId Request, Hash32 Shard, int Count, ulong Block, Money RewardPerPoint, Money Left, DateTimeOffset Deadline);

/// <summary>An order that is neither settled nor refunded.</summary>
public sealed record IndexedOrder(JobId Job, Money Price, DateTimeOffset Deadline);

/// <summary>A model's earnings that nobody has distributed, or one between such a model and its ancestors.</summary>
public sealed record IndexedEarner(ModelId Model, Address Owner, DatasetId Dataset, int RoyaltyBps, Money Earned);

/// <summary>What of the index bears on what an account is owed. Every debt begins with an event, so all of them are found here.</summary>
public sealed class OwedIndex
{
    private readonly IndexFile _file;

    internal OwedIndex(IndexFile file) => _file = file;

    /// <summary>Bonds of proposals that were not rejected, in the order of the proposals.</summary>
    public IReadOnlyList<IndexedBond> Bonds(Address proposer) => _file.Read(index => index.List(
        """
        SELECT id, state, bond, deadline FROM proposals
        WHERE contributor = $1 AND bond_withdrawn = 0 AND state <> $2 AND bond > zeroblob(16) ORDER BY id
        """,
        row => new IndexedBond(row.Id<ProposalId>(), (ProposalState)row.Int(), row.Money(), row.Time()), proposer, ProposalState.Rejected));

    /// <summary>Pots into which an account put money that it has not been given back.</summary>
    public IReadOnlyList<IndexedPart> Parts(Address sponsor) => _file.Read(index => index.List(
        """
        SELECT id, state, amount, pot, paid, deadline FROM request_sponsors JOIN requests ON requests.id = request
        WHERE sponsor = $1 AND request_sponsors.refunded = zeroblob(16) AND amount > zeroblob(16) ORDER BY id
        """,
        row => new IndexedPart(row.Id<RequestId>(), (RequestState)row.Int(), row.Money(), row.Money(), row.Money(), row.Time()), sponsor));

    /// <summary>Shards of a contributor in the datasets of open requests that were not paid for, in the order in which they were listed.</summary>
    public IReadOnlyList<IndexedRewardDue> Rewards(Address contributor) => _file.Read(index => index.List(
        """
        SELECT requests.id, root, count, shards.block, reward, pot, paid, deadline FROM shards JOIN requests ON requests.dataset = shards.dataset
        WHERE contributor = $1 AND shards.proposal IS NOT NULL AND delisted = 0 AND state = $2
            AND NOT EXISTS (SELECT 1 FROM request_rewards WHERE request = requests.id AND shard = root)
        ORDER BY requests.id, number
        """,
        row => new IndexedRewardDue(
            row.Id<RequestId>(), row.Hash(), row.Int(), row.Block(), row.Money(), row.Money().Above(row.Money()), row.Time()),
        contributor, RequestState.Listed));

    /// <summary>A buyer's orders under way.</summary>
    public IReadOnlyList<IndexedOrder> Orders(Address buyer) => _file.Read(index => index.List(
        "SELECT id, pay, dataset_fee, deadline FROM jobs WHERE buyer = $1 AND state < $2 ORDER BY id",
        row => new IndexedOrder(row.Id<JobId>(), row.Money().Plus(row.Money()), row.Time()), buyer, JobState.Settled));

    /// <summary>
    /// Settled jobs whose pay sheet may have a line for an account that was not paid: its scheduler, anyone who ever registered as a worker, and the
    /// buyer where a worker was convicted, whose pay is the buyer's.
    /// </summary>
    public IReadOnlyList<JobId> Paying(Address account) => _file.Read(index => index.List(
        """
        SELECT id, paid FROM jobs WHERE state = $2 AND (
            (scheduler = $1 OR EXISTS (SELECT 1 FROM workers WHERE address = $1))
                AND NOT EXISTS (SELECT 1 FROM job_payments WHERE job = id AND receiver = $1)
                AND NOT EXISTS (SELECT 1 FROM convictions WHERE job = id AND worker = $1)
            OR buyer = $1 AND convictions > 0)
        ORDER BY id
        """,
        row => (Job: row.Id<JobId>(), Paid: row.Money()), account, JobState.Settled)
        .Where(job => Money.Sum(index.List("SELECT amount FROM job_payments WHERE job = $1", row => row.Money(), job.Job)) < job.Paid)
        .Select(job => job.Job).ToList());

    /// <summary>Whether a settled job's receipts, or its scheduling, were this account's, so that its pay sheet has a line for it.</summary>
    public bool WorkedIn(JobId job, Address account) => _file.Read(index =>
        index.Number("SELECT count(*) FROM job_workers WHERE job = $1 AND worker = $2", job, account)
        + index.Number("SELECT count(*) FROM jobs WHERE id = $1 AND scheduler = $2", job, account)) > 0;

    /// <summary>Who was paid by a job, by the sheet; the pay of the convicted went to the buyer.</summary>
    public IReadOnlyList<Address> PaidIn(JobId job) => _file.Read(index => index.List(
        "SELECT receiver FROM job_payments WHERE job = $1", row => row.Address(), job));

    /// <summary>A buyer's channels that are not closed.</summary>
    internal IReadOnlyList<Channel> Channels(Address buyer, PredictionIndex predictions) => [.. _file.Read(index => index.List(
        "SELECT id FROM channels WHERE buyer = $1 AND state <> $2 ORDER BY id", row => row.Id<ChannelId>(), buyer, ChannelState.Closed))
        .Select(id => predictions.Find(id)!.Channel)];

    /// <summary>Models with earnings that nobody has distributed, and all their ancestors, the youngest first: a child comes before its parents.</summary>
    public IReadOnlyList<IndexedEarner> Earners() => _file.Read(index => index.List(
        """
        WITH RECURSIVE line (id) AS (
            SELECT id FROM models WHERE earned > zeroblob(16)
            UNION SELECT parent FROM model_parents JOIN line ON model = line.id)
        SELECT id, owner, dataset, royalty, earned FROM models WHERE id IN line ORDER BY id DESC
        """,
        row => new IndexedEarner(row.Id<ModelId>(), row.Address(), row.Id<DatasetId>(), row.Int(), row.Money())));

    /// <summary>Bonds that are up for a usage dividend that is not final: the poster's, and the challenger's.</summary>
    internal IReadOnlyList<UsagePosting> UsageBonds(Address account, UsageIndex usage) => [.. _file.Read(index => index.List(
        "SELECT job FROM usage_postings WHERE (poster = $1 OR challenger = $1) AND state IN ($2, $3) ORDER BY job",
        row => row.Id<JobId>(), account, UsageState.Posted, UsageState.Challenged)).Select(job => usage.Find(job)!.Posting)];

    /// <summary>Everybody whom the market may owe something: whoever ever put money in, or was to be paid.</summary>
    public IReadOnlyList<Address> Creditors() => _file.Read(index => index.List(
        """
        SELECT holder FROM holdings UNION SELECT account FROM credits UNION SELECT account FROM contract_credits UNION SELECT contributor FROM proposals
        UNION SELECT contributor FROM shards UNION SELECT sponsor FROM request_sponsors UNION SELECT buyer FROM jobs UNION SELECT scheduler FROM jobs
        UNION SELECT worker FROM job_workers UNION SELECT buyer FROM channels UNION SELECT owner FROM models UNION SELECT poster FROM usage_postings
        UNION SELECT challenger FROM usage_postings WHERE challenger IS NOT NULL UNION SELECT address FROM workers ORDER BY 1
        """,
        row => row.Address()));
}
