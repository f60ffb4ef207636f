using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Trust;
using DataBright.Storage;

namespace DataBright.Testing;

/// <summary>One real chain with one market for all tests; each test brings parties and datasets of its own.</summary>
public sealed class TestMarket : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly SemaphoreSlim _funding = new(1, 1);
    private readonly List<IDisposable> _owned = [];
    private MarketChain? _market;
    private int _party;

    public EmbeddedChain Chain => _market!.Chain;

    public EthereumClient Client => _market!.Client;

    public Ledger Ledger => _market!.Ledger;

    public MarketAddresses Addresses => Ledger.Addresses;

    /// <summary>The deployer, who owns the test dollar and administers trusted keys.</summary>
    public Signer Deployer => _market!.Deployer;

    public static Money Stake => Money.Dollars(100);

    public static TimeSpan CoolDown => TimeSpan.FromDays(7);

    public async ValueTask InitializeAsync() =>
        _market = await MarketChain.StartAsync(_folder.Path, new MarketTerms { MinimumStake = Stake, CoolDown = CoolDown });

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned) owned.Dispose();
        _funding.Dispose();
        if (_market is not null) await _market.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>All accounts that were made.</summary>
    public IReadOnlyCollection<Address> Accounts
    {
        get
        {
            lock (_owned) return [.. _owned.OfType<Signer>().Select(signer => signer.Address)];
        }
    }

    /// <summary>A new account with ether and some dollars.</summary>
    public async Task<Signer> PartyAsync(ulong dollars = 10_000)
    {
        Span<byte> secret = stackalloc byte[32];
        secret[0] = 1;
        BitConverter.TryWriteBytes(secret[8..], Interlocked.Increment(ref _party));
        var signer = Own(new Signer(Client, Own(EthereumKey.FromBytes(secret)), TimeProvider.System));
        await _funding.WaitAsync();
        try
        {
            await Chain.FundAsync(signer.Address, Uint256.Parse("1000000000000000000000"));
            if (dollars > 0) await Ledger.Dollars.MintAsync(signer.Address, Money.Dollars(dollars), Deployer, CancellationToken.None);
        }
        finally
        {
            _funding.Release();
        }
        return signer;
    }

    /// <summary>The chain's own time, which runs ahead of the world's after <see cref="EmbeddedChain.AdvanceAsync"/>.</summary>
    public async Task<DateTimeOffset> NowAsync() => (await Client.BlockAsync(BlockTag.Latest))!.Timestamp;

    public static DatasetPolicy Policy { get; } = new()
    {
        VotingPeriod = TimeSpan.FromHours(1),
        LateQuorum = TimeSpan.Zero,
        QuorumBps = 5_000,
        ProposalBond = Money.Dollars(10),
        SharesPerPoint = ShareAmount.Whole(1),
        TrainingPrice = Money.Dollars(50),
        UsageBps = 0,
    };

    public static OfferedShard Offer(int count = 100)
    {
        var random = Guid.CreateVersion7().ToByteArray();
        var digest = Digest.Of(random);
        return new OfferedShard(digest.ToHash32(), count, Cid.Raw(digest));
    }

    /// <summary>A settled job that measured a proposal, of parties of its own.</summary>
    public async Task<JobId> MeasuredAsync(DatasetId dataset, ProposalId proposal)
    {
        var (_, scheduler) = await TrustedAsync(TrustedRole.Scheduler);
        var (_, referee) = await TrustedAsync(TrustedRole.Referee);
        return await LoneJob.SettleAsync(
            Ledger, dataset, proposal, await PartyAsync(), scheduler, referee, await WorkerAsync(), CancellationToken.None);
    }

    /// <summary>A dataset whose founders hold the shares named.</summary>
    public Task<Dataset> DatasetAsync(DatasetPolicy policy, Signer initiator, params (Signer Holder, ulong Shares)[] founders) =>
        Ledger.Datasets.CreateAsync(Charter(policy, [.. founders.Select(f => new Founder(f.Holder.Address, ShareAmount.Whole(f.Shares)))]),
            initiator, CancellationToken.None);

    public static DatasetCharter Charter(DatasetPolicy policy, IReadOnlyList<Founder> founders) => new(
        Digest.Of("about"u8), Shards.Images.Hash, Digest.Of("held out"u8), "Digits", "DIG", policy, founders, Offer());

    /// <summary>A registered worker with its encryption key.</summary>
    public async Task<Signer> WorkerAsync(ulong stakeDollars = 100)
    {
        var worker = await PartyAsync();
        await Ledger.Workers.RegisterAsync(Money.Dollars(stakeDollars), Money.Dollars(1), worker.Key.PublicKey, Digest.Of("machine"u8),
            worker, CancellationToken.None);
        return worker;
    }

    public async Task<(int Number, Signer Signer)> TrustedAsync(TrustedRole role)
    {
        var party = await PartyAsync(0);
        return (await Ledger.TrustedKeys.RegisterAsync(party.Address, role, Attestation.None, null, Deployer, CancellationToken.None),
            party);
    }

    private T Own<T>(T owned) where T : IDisposable
    {
        lock (_owned) _owned.Add(owned);
        return owned;
    }
}
