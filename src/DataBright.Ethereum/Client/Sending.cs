namespace DataBright.Ethereum;

/// <summary>
/// One thing to be done on the chain, once. It keeps its nonce whatever its fees become, so that no two versions of it
/// can both be executed.
/// </summary>
internal sealed class Sending(Payload payload, ulong gasLimit)
{
    private readonly List<(Hash32 Hash, byte[] Raw, Fees Fees)> _versions = [];
    private ChainMetrics? _awaitedIn;

    public Payload Payload => payload;

    public ulong GasLimit => gasLimit;

    public ulong Nonce { get; private set; }

    /// <summary>What the newest version offers.</summary>
    public Fees Fees => _versions[0].Fees;

    /// <summary>Every hash under which the chain may know it, the newest first.</summary>
    public IReadOnlyList<Hash32> Hashes => [.. _versions.Select(v => v.Hash)];

    /// <summary>Whether a node has it, or may have it.</summary>
    public bool IsSent { get; set; }

    /// <summary>The block it is in, as soon as that is known.</summary>
    public ulong? Block { get; set; }

    public byte[] Raw => _versions[0].Raw;

    /// <summary>
    /// Signs for a nonce. A new nonce is only taken when the old one was refused or used by another transaction, so
    /// that the versions signed for it are void.
    /// </summary>
    public void Sign(EthereumKey key, ulong chainId, ulong nonce, Fees fees)
    {
        if (nonce != Nonce)
        {
            _versions.Clear();
            IsSent = false;
        }
        Nonce = nonce;
        var signed = new Transaction1559
        {
            ChainId = chainId,
            Nonce = nonce,
            Gas = gasLimit,
            To = payload.To,
            Value = payload.Value,
            Data = payload.Data,
            MaxFeePerGas = fees.Max,
            MaxPriorityFeePerGas = fees.Tip,
        }.Sign(key);
        var raw = signed.Encode();
        _versions.Insert(0, (Keccak.Hash(raw), raw, fees));
    }

    /// <summary>Counts it as pending from now on; once, however often it is sent.</summary>
    public void Await(ChainMetrics? metrics)
    {
        IsSent = true;
        if (_awaitedIn is null)
            (_awaitedIn = metrics)?.Pending.Add(1);
    }

    /// <summary>Nobody waits for its receipt any more: it came, or waiting was given up.</summary>
    public void EndAwaiting()
    {
        _awaitedIn?.Pending.Add(-1);
        _awaitedIn = null;
    }

    /// <summary>Forgets the newest version, which the node refused to take.</summary>
    public void Unsign() => _versions.RemoveAt(0);
}
