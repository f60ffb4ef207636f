namespace DataBright.Ethereum;

/// <summary>
/// The transactions of one account that this process sent, by nonce: those that wait, and the last of those that were
/// executed. A chain that forgets some (a restart, a reorganisation) is given them again from here.
/// </summary>
internal sealed class SentBook(int kept)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, (Sending Sending, bool IsDone)> _byNonce = [];

    public void Add(Sending sending)
    {
        lock (_lock)
            _byNonce[sending.Nonce] = (sending, false);
    }

    public void Done(Sending sending)
    {
        lock (_lock)
        {
            _byNonce[sending.Nonce] = (sending, true);
            while (_byNonce.Count > kept && _byNonce.First() is var oldest && oldest.Value.IsDone)
                _byNonce.Remove(oldest.Key);
        }
    }

    /// <summary>Takes out what gets another nonce.</summary>
    public void Remove(Sending sending)
    {
        lock (_lock)
            if (_byNonce.TryGetValue(sending.Nonce, out var entry) && entry.Sending == sending)
                _byNonce.Remove(sending.Nonce);
    }

    public Sending? Find(ulong nonce)
    {
        lock (_lock)
            return _byNonce.TryGetValue(nonce, out var entry) ? entry.Sending : null;
    }
}
