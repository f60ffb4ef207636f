namespace DataBright.Ethereum;

/// <summary>Fees that are asked for anew when they are old. For one caller at a time.</summary>
internal sealed class FeeQuote(EthereumClient client, TimeSpan lasting, TimeProvider clock)
{
    private Fees? _fees;
    private long _asked;

    public async Task<Fees> CurrentAsync(CancellationToken stop)
    {
        if (_fees is { } known && clock.GetElapsedTime(_asked) < lasting)
            return known;
        var fees = await client.FeesAsync(stop);
        (_fees, _asked) = (fees, clock.GetTimestamp());
        return fees;
    }

    public void Forget() => _fees = null;
}
