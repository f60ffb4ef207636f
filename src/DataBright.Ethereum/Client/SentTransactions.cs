namespace DataBright.Ethereum;

/// <summary>
/// What one account has sent lately, found by its nonces: for transactions whose hash nobody told us, or that got another one.
/// </summary>
internal sealed class SentTransactions(EthereumClient chain, Address account)
{
    /// <summary>Transactions that are looked at. An account that a person approves for sends no more in a few minutes.</summary>
    private const ulong Most = 16;

    /// <summary>The account as the chain has it: what is in blocks, what waits too, and where the chain ends.</summary>
    public async Task<Mark> NowAsync(CancellationToken stop) => new(
        await chain.NonceAsync(account, BlockTag.Pending, stop), await chain.BlockNumberAsync(stop));

    /// <summary>The transaction with a nonce; null where no block after <paramref name="since"/> has it.</summary>
    public async Task<SentTransaction?> WithNonceAsync(ulong nonce, Mark since, CancellationToken stop)
    {
        var newest = await chain.BlockNumberAsync(stop);
        if (await chain.NonceAsync(account, newest, stop) <= nonce)
            return null;
        // The first block after which the account has sent more than that, from the newest one back: nodes forget old states.
        var (low, high, first) = (newest, newest, Math.Min(since.Block, newest));
        for (var step = 1UL; low > first && await chain.NonceAsync(account, low, stop) > nonce; step *= 2)
            (low, high) = (low - Math.Min(step, low - first), low);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (await chain.NonceAsync(account, middle, stop) > nonce)
                high = middle;
            else
                low = middle + 1;
        }
        return (await chain.TransactionsAsync(low, account, stop)).FirstOrDefault(one => one.Nonce == nonce);
    }

    /// <summary>
    /// A transaction that does what <paramref name="payload"/> says and was sent after <paramref name="since"/>; null where the chain shows
    /// none.
    /// </summary>
    public async Task<SentTransaction?> FindAsync(Payload payload, Mark since, CancellationToken stop)
    {
        var waiting = await chain.NonceAsync(account, BlockTag.Pending, stop);
        var executed = await chain.NonceAsync(account, BlockTag.Latest, stop);
        for (var nonce = since.Nonce; nonce < Math.Min(executed, since.Nonce + Most); nonce++)
            if (await WithNonceAsync(nonce, since, stop) is { } mined && mined.Does(payload, account))
                return mined;
        return waiting <= executed ? null
            : (await chain.TransactionsAsync(BlockTag.Pending, account, stop))
                .FirstOrDefault(one => one.Nonce >= since.Nonce && one.Does(payload, account));
    }

    /// <summary>A moment in the life of an account.</summary>
    /// <param name="Nonce">What the next transaction gets, those that wait counted.</param>
    /// <param name="Block">The newest block then.</param>
    internal sealed record Mark(ulong Nonce, ulong Block);
}
