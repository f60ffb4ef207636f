using System.Collections.Concurrent;
using System.Security.Cryptography;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Market.Shares;
using DataBright.Storage.Sql;
using Contract = DataBright.Market.Generated.Proposals;

namespace DataBright.Services.Relays;

/// <summary>Pays the gas of others: carries signed ballots, and claims dividends for their holders.</summary>
/// <remarks>
/// Everything is tried on the chain's present state before anything is sent. What is asked for twice, also at the same moment, is carried
/// once and answered alike. Whoever asks no longer does not stop what was begun.
/// </remarks>
public sealed class Relayer : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Ledger _ledger;
    private readonly EthereumKey _key;
    private readonly Signer _signer;
    private readonly RelayTerms _terms;
    private readonly TimeProvider _clock;
    private readonly IRelayBook _book;
    private readonly GasBudget _gasBudget;
    private readonly ConcurrentDictionary<string, Lazy<Task<Receipt>>> _underway = [];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _ending = new();

    /// <param name="path">Where it keeps what it carried.</param>
    /// <param name="ledger">The market.</param>
    /// <param name="gasAccount">Whose ether pays; stays the caller's to dispose. Use it for nothing else.</param>
    /// <param name="terms">What it pays for.</param>
    /// <param name="clock">What time it is.</param>
    public Relayer(string path, Ledger ledger, EthereumKey gasAccount, RelayTerms terms, TimeProvider clock)
        : this(new RelayBook(path), ledger, gasAccount, terms, clock)
    {
    }

    /// <param name="book">What it carried; closed with the relayer.</param>
    internal Relayer(IRelayBook book, Ledger ledger, EthereumKey gasAccount, RelayTerms terms, TimeProvider clock)
    {
        (_ledger, _key, _terms, _clock) = (ledger, gasAccount, terms, clock);
        _signer = new Signer(ledger.Client, gasAccount, clock, sending: terms.Sending);
        _gasBudget = new GasBudget(ledger.Client, gasAccount.Address, terms);
        _book = book;
    }

    /// <summary>What is wrong with the file of what was carried, and what to do; null while it works.</summary>
    public DatabaseException? Trouble => _book.Trouble;

    public void Dispose()
    {
        _ending.Cancel();
        _signer.Dispose();
        _turn.Dispose();
        _book.Dispose();
        _ending.Dispose();
    }

    /// <summary>Carries a signed ballot. The same ballot again is answered with its first transaction.</summary>
    /// <exception cref="RelayRefusedException">It is not carried by this relayer.</exception>
    /// <exception cref="RuleBrokenException">The market's rules forbid the vote.</exception>
    public async Task<RelayedVote> VoteAsync(Signed<Ballot> signed, CancellationToken stop)
    {
        var ballot = signed.Statement;
        var digest = _ledger.Proposals.Statements.Digest(ballot);
        RequireSigner(digest, signed.Signature, ballot.Voter);
        var act = _ledger.Proposals.Acts.VoteBySignature(signed);
        var name = BallotName(digest);
        var receipt = await SharedAsync(name, async () =>
        {
            if (await CarriedAsync(name, errand => FindVoteAsync(errand, ballot)) is { } before) return before;
            RequireTime(ballot);
            await RequireNoCodeAsync(ballot.Voter);
            return await CarryAsync(name, ballot.Voter, act);
        }, stop);
        return new RelayedVote(act.Read(receipt), receipt.TransactionHash, receipt.BlockNumber);
    }

    /// <summary>Says whether a ballot would be carried if its voter signed it.</summary>
    /// <exception cref="RelayRefusedException">It is not carried by this relayer.</exception>
    /// <exception cref="RuleBrokenException">The market's rules forbid the vote.</exception>
    public async Task RequireCastableAsync(Ballot ballot, CancellationToken stop)
    {
        RequireTime(ballot);
        RequireRoom(BallotName(Hash32.Zero), ballot.Voter);
        // A vote of one's own needs no signature: if the voter could send it, its ballot can be carried.
        var act = _ledger.Proposals.Acts.Vote(ballot.Proposal, ballot.Choice, ballot.Reason);
        await _ledger.SimulateAsync(act.Call, ballot.Voter, stop);
    }

    /// <summary>Pays a holder what its shares have earned.</summary>
    /// <exception cref="RelayRefusedException">It is not carried by this relayer.</exception>
    /// <exception cref="RuleBrokenException">There is nothing to claim.</exception>
    public async Task<RelayedClaim> ClaimAsync(DatasetId dataset, Address holder, CancellationToken stop)
    {
        var token = await _ledger.Shares.TokenAsync(dataset, stop);
        var claimable = await _ledger.Shares.ClaimableAsync(dataset, holder, stop);
        if (claimable > Money.Zero && claimable < _terms.MinClaim)
            throw new RelayRefusedException(RelayRefusal.TooLittle,
                $"{claimable} dollars are claimable; this node carries claims of {_terms.MinClaim} and more.");
        var act = ShareActs.Claim(token, holder);
        var name = $"claim {dataset} {holder}";
        var receipt = await SharedAsync(name, async () =>
            // Where there is nothing to claim because we have just claimed it, that is the answer.
            (claimable == Money.Zero ? await CarriedAsync(name, _ => Task.FromResult<Receipt?>(null)) : null)
                ?? await CarryAsync(name, holder, act), stop);
        return new RelayedClaim(dataset, holder, act.Read(receipt), receipt.TransactionHash, receipt.BlockNumber);
    }

    public async Task<RelayerState> StateAsync(CancellationToken stop) => new(
        _key.Address, await _gasBudget.BalanceAsync(stop), _terms.Floor,
        Math.Max(0, _terms.PerDay - _book.Count("", _key.Address, Since).All));

    private static string BallotName(Hash32 digest) => $"ballot {digest}";

    private DateTimeOffset Since => _clock.GetUtcNow() - Day;

    /// <summary>Whoever asks for the same thing at the same moment waits for the same transaction.</summary>
    private async Task<Receipt> SharedAsync(string name, Func<Task<Receipt>> carry, CancellationToken stop)
    {
        var work = _underway.GetOrAdd(name, key => new Lazy<Task<Receipt>>(() => Task.Run(async () =>
        {
            try
            {
                return await carry();
            }
            finally
            {
                _underway.TryRemove(key, out var _);
            }
        }, CancellationToken.None)));
        return await work.Value.WaitAsync(stop);
    }

    private async Task<Receipt> CarryAsync(string name, Address account, LedgerAct act)
    {
        var stop = _ending.Token;
        await _ledger.SimulateAsync(act.Call, _key.Address, stop);
        long number;
        IDisposable cost;
        await _turn.WaitAsync(stop);
        try
        {
            RequireRoom(name, account);
            cost = await Translated(_gasBudget.TakeAsync(act.Call, stop));
            number = _book.Begin(name, account, await _ledger.Client.BlockNumberAsync(stop), _clock.GetUtcNow());
        }
        finally
        {
            _turn.Release();
        }

        using (cost)
        {
            try
            {
                var receipt = await _signer.SendAsync(act, stop);
                Note(() => _book.End(number, receipt.TransactionHash));
                return receipt;
            }
            catch (Exception refused) when (WasNotSent(refused))
            {
                Note(() => _book.Drop(number));
                throw;
            }
        }
    }

    /// <summary>
    /// Notes what is true whether it is noted or not: a file that cannot be written now does not hide it from those who ask.
    /// </summary>
    private static void Note(Action write)
    {
        try
        {
            write();
        }
        catch (SqlFileException)
        {
            // The file says so itself. What was sent is looked for on the chain when it is asked for again.
        }
    }

    /// <summary>What was carried before under this name, if it is on the chain still.</summary>
    private async Task<Receipt?> CarriedAsync(string name, Func<RelayRecord, Task<Receipt?>> lost)
    {
        if (_book.Last(name) is not { } errand) return null;
        if (errand.Transaction is { } transaction)
            return await _ledger.Client.ReceiptAsync(transaction, _ending.Token) is { Succeeded: true } receipt ? receipt : null;
        if (await lost(errand) is not { } found) return null;
        Note(() => _book.End(errand.Number, found.TransactionHash));
        return found;
    }

    /// <summary>Looks for a vote whose transaction was sent just before the process ended.</summary>
    private async Task<Receipt?> FindVoteAsync(RelayRecord errand, Ballot ballot)
    {
        var stop = _ending.Token;
        if (!await _ledger.Proposals.HasVotedAsync(ballot.Proposal, ballot.Voter, stop)) return null;
        var topics = new AbiWriter(2);
        topics.Uint(ballot.Proposal, 256);
        topics.Address(ballot.Voter);
        var words = topics.ToArray();
        var filter = new LogFilter([_ledger.Addresses.Proposals], [Contract.Events.Voted.Topic], [new Hash32(words.AsSpan(0, 32))],
            [new Hash32(words.AsSpan(32))]);
        var logs = await _ledger.Client.GetAllLogsAsync(filter, errand.Block, await _ledger.Client.BlockNumberAsync(stop), stop);
        return logs is [var voted, ..] ? await _ledger.Client.ReceiptAsync(voted.TransactionHash, stop) : null;
    }

    private static async Task<T> Translated<T>(Task<T> asked)
    {
        try
        {
            return await asked;
        }
        catch (RevertException revert) when (RuleBrokenException.From(revert) is { } broken)
        {
            throw broken;
        }
    }

    /// <summary>Whether an exception of the sender says that nothing was spent.</summary>
    private static bool WasNotSent(Exception thrown) => thrown switch
    {
        RuleBrokenException { InnerException: RevertException revert } => revert.Receipt is null,
        RevertException revert => revert.Receipt is null,
        RpcException => true,
        _ => false,
    };

    private void RequireTime(Ballot ballot)
    {
        if (ballot.Deadline < _clock.GetUtcNow() + _terms.MinTime)
            throw new RelayRefusedException(RelayRefusal.TooLate,
                $"The ballot is good until {ballot.Deadline:u}, which leaves too little time to carry it. Sign one that is good for "
                + "longer.");
    }

    /// <summary>
    /// An account may sign like a person and have code all the same (EIP-7702). The contract then asks that code, which can agree while it
    /// is tried and burn the gas afterwards.
    /// </summary>
    private async Task RequireNoCodeAsync(Address voter)
    {
        if ((await _ledger.Client.CodeAsync(voter, stop: _ending.Token)).Length > 0)
            throw new RelayRefusedException(RelayRefusal.SignatureInvalid,
                $"{voter} has code, which could burn this node's gas: ballots of contracts are not carried. Send it yourself.");
    }

    /// <summary>
    /// Ballots and claims have each their own measure: anybody can ask for another's claim, and should not use up its votes.
    /// </summary>
    private void RequireRoom(string name, Address account)
    {
        var (all, ofAccount) = _book.Count(name[..name.IndexOf(' ', StringComparison.Ordinal)], account, Since);
        if (ofAccount >= _terms.PerAccount)
            throw new RelayRefusedException(RelayRefusal.TooMany,
                $"This node has paid for {account} {ofAccount} times within a day, which is the most it does. Send it yourself, or wait.");
        if (all >= _terms.PerDay)
            throw new RelayRefusedException(RelayRefusal.TooMany,
                "This node has carried as much as it does within a day. Send it yourself, or wait.");
    }

    private static void RequireSigner(Hash32 digest, Signature signature, Address voter)
    {
        Address? signer = null;
        try
        {
            signer = Signature.Recover(digest, signature);
        }
        catch (CryptographicException)
        {
            // No key can have made it: refused like any other that is not the voter's.
        }
        if (signer != voter)
            throw new RelayRefusedException(RelayRefusal.SignatureInvalid, $"{voter} did not sign this ballot for this market.");
    }
}
