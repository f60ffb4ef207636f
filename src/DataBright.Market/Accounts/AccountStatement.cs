using DataBright.Ethereum;
using DataBright.Market.Generated;
using DataBright.Market.Movements;

namespace DataBright.Market.Accounts;

/// <summary>Every movement of an account's dollars and shares, oldest first, by what the tokens themselves logged.</summary>
/// <param name="Block">As of this one.</param>
/// <param name="Movements">The last of each token has its balance, which is the ledger's own.</param>
public sealed record AccountStatement(Address Account, ulong Block, IReadOnlyList<Movement> Movements)
{
    private const int AtOnce = 100;

    /// <param name="ledger">The market.</param>
    /// <param name="index">Its index, for the share tokens that the account ever held; whoever asks has caught it up.</param>
    /// <param name="account">Whose.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="ChainException">The chain does not answer.</exception>
    public static async Task<AccountStatement> ReadAsync(Ledger ledger, LedgerIndex index, Address account, CancellationToken stop)
    {
        var block = await ledger.Client.BlockNumberAsync(stop);
        var tokens = new Dictionary<Address, Token> { [ledger.Addresses.Money] = Token.Dollar };
        foreach (var held in index.Shares.HoldingsOf(account))
            if (index.Datasets.Find(held.Dataset) is { } dataset) tokens[dataset.ShareToken] = new Token(held.Dataset);
        var transfers = await TransfersAsync(ledger, [.. tokens.Keys], account, block, stop);
        var balances =
            tokens.Keys.Zip(await ledger.Client.CallAllAsync([.. tokens.Keys.Select(token => TestDollar.BalanceOf(token, account))], block,
                stop)).ToDictionary();
        var times = await TimesAsync(ledger, transfers, stop);
        var receipts = await ReceiptsAsync(ledger, transfers, stop);

        var running = tokens.Keys.ToDictionary(token => token, token => OpeningOf(token, (UInt128)balances[token], transfers, account));
        var movements = running.Where(opening => opening.Value > 0).Select(opening => new Movement(
            times.GetValueOrDefault(ledger.Addresses.FirstBlock), ledger.Addresses.FirstBlock, 0, Hash32.Zero, tokens[opening.Key],
            MovementKind.Opening, Address.Zero, null, opening.Value, 0, opening.Value)).ToList();
        foreach (var log in transfers)
        {
            var move = TestDollar.Events.Transfer.Decode(log);
            UInt128 came = move.To == account ? (UInt128)move.Value : 0, went = move.From == account ? (UInt128)move.Value : 0;
            running[log.Address] = running[log.Address] + came - went;
            var other = move.To == account ? move.From : move.To;
            var (kind, source) = ReasonOf(log, other, receipts[log.TransactionHash], tokens[log.Address], ledger.Addresses, index);
            movements.Add(new Movement(
                log.BlockTimestamp ?? times[log.BlockNumber], log.BlockNumber, log.Index, log.TransactionHash, tokens[log.Address], kind,
                other, source, came, went, running[log.Address]));
        }
        return new AccountStatement(account, block, movements);
    }

    private static async Task<IReadOnlyList<Log>> TransfersAsync(Ledger ledger, IReadOnlyList<Address> tokens, Address account, ulong last,
        CancellationToken stop)
    {
        Hash32[] transfer = [TestDollar.Events.Transfer.Topic], party = [account.ToTopic()];
        var came = await ledger.Client.GetAllLogsAsync(new LogFilter(tokens, transfer, [], party), ledger.Addresses.FirstBlock, last, stop);
        var went = await ledger.Client.GetAllLogsAsync(new LogFilter(tokens, transfer, party), ledger.Addresses.FirstBlock, last, stop);
        return [.. came.Concat(went).Where(TestDollar.Events.Transfer.Matches).DistinctBy(log => (log.BlockNumber, log.Index))
            .OrderBy(log => log.BlockNumber).ThenBy(log => log.Index)];
    }

    /// <summary>What there was before all that was logged: nothing, unless the token is older than the market.</summary>
    private static UInt128 OpeningOf(Address token, UInt128 balance, IReadOnlyList<Log> transfers, Address account)
    {
        var change = Int128.Zero;
        foreach (var move in transfers.Where(log => log.Address == token).Select(TestDollar.Events.Transfer.Decode))
            change += (move.To == account ? (Int128)(UInt128)move.Value : 0) - (move.From == account ? (Int128)(UInt128)move.Value : 0);
        return (UInt128)Int128.Max(0, (Int128)balance - change);
    }

    private static (MovementKind Kind, string? Source) ReasonOf(Log log, Address other, Receipt? receipt, Token token, MarketAddresses at,
        LedgerIndex index)
    {
        if (receipt is null) return (MovementKind.Transfer, null);
        if (other.IsZero) return MintedFor(log, receipt, token, at);
        if (token.Shares is not null) return (MovementKind.Transfer, null);
        var (kind, source) = MovementReasons.Of(receipt.Logs, log, other, at);
        return kind == MovementKind.Dividend
            ? (kind, index.Datasets.OfToken(other) is { } paying ? $"dataset {paying}" : null) : (kind, source);
    }

    private static (MovementKind Kind, string? Source) MintedFor(Log log, Receipt receipt, Token token, MarketAddresses at)
    {
        if (token.Shares is not { } dataset) return (MovementKind.Minted, null);
        var reason = MovementReasons.Of(receipt.Logs, log with { Index = uint.MaxValue }, at.Datasets, at);
        return reason.Kind == MovementKind.Minted ? reason : (MovementKind.Minted, $"dataset {dataset}");
    }

    private static async Task<IReadOnlyDictionary<Hash32, Receipt?>> ReceiptsAsync(Ledger ledger, IReadOnlyList<Log> transfers,
        CancellationToken stop)
    {
        var found = new Dictionary<Hash32, Receipt?>();
        foreach (var part in transfers.Select(log => log.TransactionHash).Distinct().Chunk(AtOnce))
            foreach (var (hash, receipt) in part.Zip(await ledger.Client.ReceiptsAsync(part, stop))) found[hash] = receipt;
        return found;
    }

    /// <summary>When blocks were made, where the logs do not say it; the market's first block is among them.</summary>
    private static async Task<IReadOnlyDictionary<ulong, DateTimeOffset>> TimesAsync(Ledger ledger, IReadOnlyList<Log> transfers,
        CancellationToken stop)
    {
        var times = new Dictionary<ulong, DateTimeOffset>();
        foreach (var part in transfers.Where(log => log.BlockTimestamp is null).Select(log => log.BlockNumber)
            .Append(ledger.Addresses.FirstBlock).Distinct().Chunk(AtOnce))
            foreach (var (number, block) in part.Zip(
                await ledger.Client.BlocksAsync(part, stop))) times[number] = block?.Timestamp ?? default;
        return times;
    }
}
