using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Access;

/// <summary>Whoever a command acts as, with what must end with the command: an opened key, or the line to a signer elsewhere.</summary>
internal sealed class SignerSession(Signer signer, IDisposable means) : IDisposable
{
    public Signer Signer => signer;

    /// <summary>What it would have sent; null where it sends.</summary>
    public RehearsedAccount? Rehearsed { get; init; }

    /// <summary>Cancelled some time after the first transaction of a rehearsal.</summary>
    public CancellationToken Ended { get; init; }

    public void Dispose()
    {
        signer.Dispose();
        means.Dispose();
    }
}

/// <summary>What a signer elsewhere cannot do.</summary>
internal static class KeysHere
{
    /// <param name="signer">Who acts.</param>
    /// <param name="why">What needs the key itself, as the beginning of a sentence.</param>
    /// <exception cref="Failure">The key is elsewhere.</exception>
    public static EthereumKey RequireKey(this Signer signer, string why) =>
        signer.HasKey ? signer.Key : throw new Failure(ExitCode.Denied, Sentence(why));

    public static string Sentence(string why) =>
        $"{why}, which takes a key of this machine: a signer elsewhere signs messages and transactions only. Name one with --key or "
        + "--key-file instead of --signer.";
}
