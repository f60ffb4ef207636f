using DataBright.Ethereum;
using DataBright.Market.Trust;
using DataBright.Storage;
using Contract = DataBright.Market.Generated.Usage;

namespace DataBright.Market.Usage;

public enum UsageState
{
    /// <summary>Nobody has posted who gets what.</summary>
    None,

    /// <summary>It is posted and can be challenged.</summary>
    Posted,

    /// <summary>It waits for the referee.</summary>
    Challenged,

    /// <summary>Contributors can claim.</summary>
    Final,
}

/// <summary>Who gets what of a job's part by usage, as the ledger has it.</summary>
/// <param name="Job">The job.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Poster">The job's scheduler; the referee where nobody had posted.</param>
/// <param name="Challenger">Who says that it is wrong; null where nobody does.</param>
/// <param name="Until">The end of the window for a challenge, or of that in which the job's own referee alone rules on one.</param>
/// <param name="Root">Over the lines of the sheet.</param>
/// <param name="Left">What the lines sum up to; when final, what nobody has claimed yet.</param>
public sealed record UsagePosting(JobId Job, UsageState State, Address Poster, Address? Challenger, DateTimeOffset Until,
    Hash32 Root, Money Left)
{
    /// <summary>Whether whoever posted it is a trusted scheduler still: else nobody can confirm it, and a referee rules.</summary>
    public bool IsPosterTrusted { get; init; } = true;

    /// <summary>
    /// Whether contributors can be paid at a time: it is final, or nobody challenged it while one could, and it has only to be confirmed.
    /// </summary>
    public bool IsPayable(DateTimeOffset at) => State == UsageState.Final || NeedsConfirming(at);

    /// <summary>Whether anyone may make it final.</summary>
    public bool NeedsConfirming(DateTimeOffset at) => State == UsageState.Posted && IsPosterTrusted && at > Until;
}

/// <summary>A valuation that the job's referee did again.</summary>
public sealed record UsageRuling(JobId Job, Hash32 Root, Money Total, Digest Evidence);

/// <summary>The part of a job's price that goes to contributors by use, on the ledger.</summary>
public sealed class UsageLedger
{
    private static readonly TypedStruct RulingType =
        TypedStruct.Define("Ruling(uint256 jobId,bytes32 root,uint96 total,bytes32 evidenceDigest)");

    private readonly Ledger _ledger;
    private readonly TypedDomain _domain;

    internal UsageLedger(Ledger ledger)
    {
        _ledger = ledger;
        _domain = TypedDomain.Of("DataBright Usage", "1", ledger.Addresses.ChainId, ledger.Addresses.Usage);
        Acts = new UsageActs(ledger.Addresses);
    }

    /// <summary>What is done about usage dividends, as values for whoever does it.</summary>
    public UsageActs Acts { get; }

    private Address At => _ledger.Addresses.Usage;

    /// <summary>What a settled job keeps for its contributors; zero once it was handed over.</summary>
    public async Task<Money> KeptAsync(JobId job, CancellationToken stop) =>
        (Money)await _ledger.ReadAsync(Generated.Jobs.UsageOf(_ledger.Addresses.Jobs, job), stop);

    /// <summary>Put up by whoever posts and by whoever challenges.</summary>
    public async Task<Money> BondAsync(CancellationToken stop) => new(await _ledger.ReadAsync(Contract.Bond(At), stop));

    /// <summary>How long a posting can be challenged, and how long the job's own referee has for itself.</summary>
    public async Task<TimeSpan> WindowAsync(CancellationToken stop) =>
        ChainTime.Span((ulong)await _ledger.ReadAsync(Contract.Window(At), stop));

    /// <summary>How long after a job's deadline its scheduler may post alone.</summary>
    public async Task<TimeSpan> PostingPeriodAsync(CancellationToken stop) =>
        ChainTime.Span((ulong)await _ledger.ReadAsync(Contract.PostingPeriod(At), stop));

    /// <summary>The job's scheduler says who gets what and puts up the bond.</summary>
    /// <param name="sheet">Who gets what.</param>
    /// <param name="evidence">Where the valuation's evidence is.</param>
    /// <param name="scheduler">The job's.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="RuleBrokenException">The sender is not the job's scheduler, or there is less to divide.</exception>
    public async Task PostAsync(UsageSheet sheet, Cid evidence, Signer scheduler, CancellationToken stop) =>
        await scheduler.SendAsync(Acts.Post(sheet, evidence, await BondAsync(stop)), stop);

    /// <summary>Says that what was posted is wrong; puts up as much as the poster.</summary>
    public async Task ChallengeAsync(JobId job, string reason, Signer challenger, CancellationToken stop) =>
        await challenger.SendAsync(Acts.Challenge(job, reason, await BondAsync(stop)), stop);

    public Hash32 Digest(UsageRuling ruling) => Message(ruling).Digest;

    /// <summary>The ruling as it is signed.</summary>
    public TypedMessage Message(UsageRuling ruling) =>
        new(_domain, RulingType, (Uint256)ruling.Job, ruling.Root, (Uint256)ruling.Total, ruling.Evidence.ToHash32());

    public Signed<UsageRuling> Sign(UsageRuling ruling, EthereumKey referee) => new(ruling, referee.Sign(Digest(ruling)));

    /// <summary>Says who gets what by a referee's own valuation, which is final; anyone may carry it.</summary>
    /// <returns>Whether what was posted was right; false where nothing was.</returns>
    public Task<bool> RuleAsync(Signed<UsageRuling> ruling, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.Rule(ruling), stop);

    /// <summary>Makes final what nobody challenged in time; anyone may send it.</summary>
    public Task ConfirmAsync(JobId job, Signer sender, CancellationToken stop) => sender.SendAsync(Acts.Confirm(job), stop);

    /// <summary>Pays a contributor its line of a final sheet; anyone may send it.</summary>
    /// <exception cref="ArgumentException">The contributor is not on the sheet.</exception>
    /// <exception cref="RuleBrokenException">It was paid before, or the sheet is not the final one.</exception>
    public async Task<Money> ClaimAsync(UsageSheet sheet, Address contributor, Signer sender, CancellationToken stop)
    {
        var (amount, proof) = sheet.ClaimOf(contributor)
            ?? throw new ArgumentException($"{contributor} is not on the sheet.", nameof(contributor));
        await sender.SendAsync(Acts.Claim(sheet.Job, contributor, amount, proof), stop);
        return amount;
    }

    public Task<bool> IsClaimedAsync(JobId job, Address contributor, CancellationToken stop) =>
        _ledger.ReadAsync(Contract.IsClaimed(At, job, contributor), stop);

    /// <summary>Bonds that an account is owed.</summary>
    public async Task<Money> OwedAsync(Address account, CancellationToken stop) =>
        (Money)await _ledger.ReadAsync(Contract.Owed(At, account), stop);

    /// <summary>Pays an account the bonds it is owed; anyone may send it.</summary>
    public Task<Money> WithdrawAsync(Address account, Signer sender, CancellationToken stop) =>
        sender.SendAsync(Acts.Withdraw(account), stop);

    /// <summary>Where a job's part stands; null while nobody has posted.</summary>
    public async Task<UsagePosting?> FindAsync(JobId job, CancellationToken stop)
    {
        var found = await _ledger.ReadAsync(Contract.GetPosting(At, job), stop);
        if (found.State == Contract.State.None) return null;
        return new UsagePosting(
            job, (UsageState)found.State, found.Poster, found.Challenger.IsZero ? null : found.Challenger,
            ChainTime.From(found.Until), found.Root, new Money(found.Total))
        { IsPosterTrusted = found.State != Contract.State.Posted
            || await _ledger.TrustedKeys.IsTrustedAsync(found.Poster, TrustedRole.Scheduler, stop) };
    }
}
