using System.Text;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Trust;
using DataBright.Storage;
using Contracts = DataBright.Market.Generated;

namespace DataBright.EndToEnd;

/// <summary>People who put on a ledger whatever its contracts take, and try what they do not.</summary>
/// <param name="market">The market.</param>
/// <param name="honest">A dataset of somebody else's, which they bother too.</param>
internal sealed class Strangers(Founded market, DatasetId honest)
{
    /// <summary>What there is of theirs after a round.</summary>
    public static readonly string[] Kinds = ["dataset", "order", "proposal", "delisting", "request", "model", "usage"];

    private const ulong Beyond = (1UL << 40) - 1;
    private static readonly UInt128 Max80 = (UInt128.One << 80) - 1, Max96 = (UInt128.One << 96) - 1;
    private static readonly TimeSpan Year = TimeSpan.FromDays(365) - TimeSpan.FromMinutes(1);

    private static readonly string[] Names =
    [
        "", new string('w', 10_000), new string('\u0007', 10_000), "\0\u001B[2J\u001B]0;x\u0007\r\n\t",
        "\u202Egnp.exe\u2066", "<script>alert(1)</script>\"'&", "[red]{0} %s",
    ];

    private static readonly string[] Plans =
        ["", "null", "[]", "{}", "{\"runs\":[null]}", new string('[', 10_000), "\0\u001B[2J", new string('9', 250_000),
            new string(' ', 600_000)];

    private readonly HashSet<string> _taken = [];
    private readonly Signer _by = market.Stranger;
    private int _rounds, _tried;
    private DatasetId _own;
    private ulong _now;

    public IReadOnlyCollection<string> Taken => _taken;

    public int Refused { get; private set; }

    private MarketAddresses At => market.Ledger.Addresses;

    /// <summary>One round of everything; each time a little else.</summary>
    public async Task ActAsync(CancellationToken stop)
    {
        _now = (ulong)(await market.Ledger.Client.BlockAsync(BlockTag.Latest, stop))!.Timestamp.ToUnixTimeSeconds();
        if (_rounds++ == 0)
            foreach (var contract in (Address[])[At.Jobs, At.Proposals, At.Requests, At.Usage])
                await _by.SendAsync(Contracts.TestDollar.Approve(At.Money, contract, UInt128.MaxValue), stop);
        await FoundAsync(stop);
        await OrderAsync(stop);
        await ProposeAsync(stop);
        await RequestAsync(stop);
        await RegisterAsync(stop);
        if (_rounds == 1) await PostUsageAsync(stop);
    }

    /// <summary>Datasets with odd names and rules at the ends of their ranges; one is free to train on.</summary>
    private async Task FoundAsync(CancellationToken stop)
    {
        var policy = new DatasetPolicy { TrainingPrice = Money.Zero, ProposalBond = Money.Zero, UsageBps = 10_000 };
        DatasetPolicy[] policies =
        [
            policy,
            policy with
            {
                VotingPeriod = TimeSpan.FromDays(90), RevealPeriod = TimeSpan.FromDays(90), QuorumBps = 10_000,
                ThresholdBps = 9_999, DelistThresholdBps = 9_999, GainBonusBps = 0xff_ffff,
                ProposalBond = new Money(Max96), SharesPerPoint = new ShareAmount(Max80),
                SharesCap = new ShareAmount(Max96), TrainingPrice = new Money(Max80), LateQuorum = TimeSpan.FromMinutes(65_535),
            },
            policy with
            {
                VotingPeriod = TimeSpan.FromSeconds(1), LateQuorum = TimeSpan.Zero, QuorumBps = 1, SharesPerPoint = new ShareAmount(1),
                SharesCap = new ShareAmount(1), UsageBps = 0, RoyaltyBps = 0,
            },
            policy with { VotingPeriod = TimeSpan.FromDays(91) },
        ];
        foreach (var (i, name) in Names.Index())
            foreach (var (shares, count) in new (UInt128, int)[] { (Max96, 0xff_ffff), (1_000_000_000_000_000_000, 1), (1, 0) })
                await TryAsync("dataset", async () => await FoundAsync(
                    await FileAsync(name, stop), name, Names[^(i + 1)], policies[(i + _rounds) % policies.Length],
                    new ShareAmount(shares), count, stop));
        // What follows goes to one that takes everything.
        _own = await FoundAsync(Digest.Of("no description"u8), Names[1], Names[2], policy, ShareAmount.Whole(1), 1, stop);
    }

    private async Task<DatasetId> FoundAsync(
        Digest about, string name, string symbol, DatasetPolicy policy, ShareAmount shares, int count, CancellationToken stop)
    {
        var charter = new DatasetCharter(
            about, Digest.Of("no schema"u8), Digest.Of("not held out"u8), name, symbol, policy,
            [new Founder(_by.Address, shares)], Shard(count));
        // Past the client, which refuses such names.
        var at = market.Ledger.Addresses.Datasets;
        var receipt = await _by.SendAsync(Contracts.Datasets.Create(at, DatasetLedger.ToContract(charter)), stop);
        return new DatasetId((ulong)receipt.Event(at, Contracts.Datasets.Events.DatasetCreated.Matches,
            Contracts.Datasets.Events.DatasetCreated.Decode).DatasetId);
    }

    /// <summary>Orders without money, with plans that are missing, broken or huge, until deadlines as far as can be and further.</summary>
    private async Task OrderAsync(CancellationToken stop)
    {
        var plans = new List<Digest> { Digest.Of(Encoding.UTF8.GetBytes($"missing {_rounds}")) };
        foreach (var plan in Plans) plans.Add(await FileAsync(plan, stop));
        var (scheduler, referee) = await TrustedAsync(stop);
        ulong[] deadlines = [_now + 1, _now + (ulong)Year.TotalSeconds, _now + 3_600, _now, 253_402_300_800, Beyond];
        foreach (var (i, plan) in plans.Index())
            foreach (var kind in Enum.GetValues<Contracts.Jobs.Kind>())
                await OrderAsync(new Contracts.Jobs.Order(
                    kind, (uint)_own.Value, (ulong)kind * 5, plan.ToHash32(), scheduler, referee, (byte)(1 + i % 3), 0,
                    deadlines[(i + _rounds) % deadlines.Length]), stop);
        foreach (var (dataset, pay) in new[] { (uint.MaxValue, (UInt128)0), ((uint)honest.Value, Max96), ((uint)_own.Value, Max96) })
            await OrderAsync(
                new Contracts.Jobs.Order(0, dataset, 0, plans[0].ToHash32(), scheduler, referee, 255, pay, deadlines[1]), stop);
    }

    private Task OrderAsync(Contracts.Jobs.Order order, CancellationToken stop) =>
        TryAsync("order", () => _by.SendAsync(Contracts.Jobs.Create(At.Jobs, order), stop));

    private async Task ProposeAsync(CancellationToken stop)
    {
        foreach (var count in (uint[])[1, 0xff_ffff, 0])
            foreach (var cid in (byte[][])[Shard(1).Cid.ToBytes(), [], new byte[64], new byte[10_000]])
                foreach (var dataset in (ulong[])[_own.Value, honest.Value, ulong.MaxValue])
                {
                    var call = Contracts.Proposals.Propose(At.Proposals, dataset, Hash(), count, cid);
                    await TryAsync("proposal", () => _by.SendAsync(call, stop));
                }

        foreach (var reason in Names)
            await TryAsync("delisting", () => market.Ledger.Proposals.ProposeDelistingAsync(honest, market.Shard, reason, _by, stop));
    }

    private async Task RequestAsync(CancellationToken stop)
    {
        foreach (var reward in (UInt128[])[0, 1, Max96])
            foreach (var deadline in (ulong[])[_now + 1, _now + (ulong)Year.TotalSeconds, Beyond])
                foreach (var association in (uint[])[0, (uint)_own.Value, uint.MaxValue])
                {
                    var about = (await FileAsync(Names[3], stop)).ToHash32();
                    var ask = new Contracts.Requests.Ask(about, Hash(), association, reward, deadline, 0);
                    await TryAsync("request", () => _by.SendAsync(Contracts.Requests.Open(At.Requests, ask), stop));
                }
    }

    private async Task RegisterAsync(CancellationToken stop)
    {
        foreach (var (metric, price) in new[] { (1_000_000u, ulong.MaxValue), (0u, 0ul), (uint.MaxValue, 1ul) })
            foreach (var cid in (byte[][])[Shard(1).Cid.ToBytes(), [], new byte[10_000]])
                await TryAsync("model", () => _by.SendAsync(Contracts.Models.Register(At.Models, new Contracts.Models.Registration(
                    Hash(), Hash(), Hash(), cid, false, [], (uint)_own.Value, 0, metric, price, 4_000, Hash32.Zero, Hash32.Zero)), stop));
    }

    /// <summary>A scheduler that was trusted settles what nobody computed, posts what nobody measured, and is trusted no more.</summary>
    private async Task PostUsageAsync(CancellationToken stop)
    {
        Signer scheduler = await market.PartyAsync("bad-scheduler", stop), referee = await market.PartyAsync("bad-referee", stop);
        int[] keys = [await TrustAsync(scheduler, TrustedRole.Scheduler, stop), await TrustAsync(referee, TrustedRole.Referee, stop)];
        var worker = await market.WorkerAsync("bad-worker", stop);
        var job = await LoneJob.SettleAsync(market.Ledger, honest, null, _by, scheduler, referee, worker, stop);
        await scheduler.SendAsync(Contracts.TestDollar.Approve(At.Money, At.Usage, UInt128.MaxValue), stop);
        var kept = await market.Ledger.Usage.KeptAsync(job, stop);
        var (none, much) = (new byte[4], new byte[10_000]);
        foreach (var (total, evidence) in new[] { (Max96, much), (kept.Units + 1, none), (kept.Units, much) })
            await TryAsync("usage", () => scheduler.SendAsync(Contracts.Usage.Post(At.Usage, job, Hash(), total, evidence), stop));
        await TryAsync("usage", () => market.Ledger.Usage.ChallengeAsync(job, Names[2], _by, stop));
        foreach (var key in keys) await market.Ledger.TrustedKeys.RevokeAsync(key, market.House, stop);
        await market.Ledger.Workers.BeginExitAsync(worker, stop);
    }

    private Task<int> TrustAsync(Signer key, TrustedRole role, CancellationToken stop) =>
        market.Ledger.TrustedKeys.RegisterAsync(key.Address, role, Attestation.None, null, market.House, stop);

    private async Task<(Address Scheduler, Address Referee)> TrustedAsync(CancellationToken stop)
    {
        var live = new Dictionary<TrustedRole, Address>();
        for (var number = 1; live.Count < 2; number++)
            if (await market.Ledger.TrustedKeys.FindAsync(number, stop) is { Revoked: false } key) live.TryAdd(key.Role, key.Key);
        return (live[TrustedRole.Scheduler], live[TrustedRole.Referee]);
    }

    private async Task<Digest> FileAsync(string text, CancellationToken stop) =>
        (await market.Blobs.PutAsync(Encoding.UTF8.GetBytes(text), stop)).Hash;

    private static OfferedShard Shard(int count) => new(Hash(), count, Cid.Raw(Digest.Of(Guid.CreateVersion7().ToByteArray())));

    private static Hash32 Hash() => Digest.Of(Guid.CreateVersion7().ToByteArray()).ToHash32();

    /// <summary>Does it, where the contracts let it; a part of it in later rounds, which are for whoever reads meanwhile.</summary>
    private async Task TryAsync(string kind, Func<Task> act)
    {
        if (_rounds > 1 && _tried++ % 6 != _rounds % 6) return;
        try
        {
            await act();
            _taken.Add(kind);
        }
        catch (Exception refused) when (refused is RuleBrokenException or RevertException or OverflowException)
        {
            Refused++;
        }
    }
}
