using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Terminal;
using DataBright.Terminal.Home;

namespace DataBright.Cli.Access;

/// <summary>Somebody to whom something is encrypted, as typed: a public key, or a registered worker by name or address.</summary>
internal static class Recipient
{
    /// <exception cref="Failure">Nobody is called that, or no public key of theirs is known.</exception>
    public static async Task<PublicKey> ResolveAsync(string text, MarketAccess market, CancellationToken stop)
    {
        if (IsPublicKey(text))
            return Read(text);
        var address = AccountNames.Resolve(AccountNames.Check(text), market.Home);
        using var reading = await IndexReading.OpenAsync(market, stop);
        return reading.Index.Workers.Find(address)?.EncryptionKey
            ?? throw new Failure(ExitCode.NotFound,
                $"No public key of {text} is known: it is no registered worker. Ask for its public key, which it sees with: databright "
                + "account public-key");
    }

    /// <summary>Whose it is, whichever way it was typed.</summary>
    public static Address AddressOf(string text, HomeFolder home) =>
        IsPublicKey(text) ? Read(text).Address : AccountNames.Resolve(text, home);

    /// <summary>For reading the command line.</summary>
    public static string Check(string text) => IsPublicKey(text) ? Read(text).ToString() : AccountNames.Check(text);

    private static bool IsPublicKey(string text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && text.Length > 2 + 2 * Address.Size;

    private static PublicKey Read(string text) => PublicKey.Parse(text);
}
