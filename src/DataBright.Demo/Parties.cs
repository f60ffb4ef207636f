using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Terminal.Home;
using DataBright.Terminal.Keys;

namespace DataBright.Demo;

/// <summary>The parties of the story, each with a key that was made for it alone.</summary>
internal sealed class Parties : IDisposable
{
    public const string Initiator = "Ines";
    public const string Buyer = "Bruno";
    public const string Customer = "Cleo";
    public const string Server = "Sina";
    public const string Scheduler = "Scheduler";
    public const string Referee = "Referee";
    public const string Relayer = "Relayer";
    public const string Liar = "Worker 4";

    public static readonly string[] Founders = [Initiator, "Fei", "Femi"];
    public static readonly string[] Contributors = ["Ada", "Mallory", "Oscar", "Grace"];
    public static readonly string[] Workers = [.. Enumerable.Range(1, 6).Select(i => $"Worker {i}")];

    /// <summary>What each party brings to the market.</summary>
    public static readonly IReadOnlyList<(string Name, Money Dollars)> Balances =
    [
        .. Founders.Select(name => (name, Money.Dollars(100))),
        .. Contributors.Select(name => (name, Money.Dollars(100))),
        (Buyer, Money.Dollars(1_000)),
        (Customer, Money.Dollars(100)),
        (Server, Money.Zero),
        (Scheduler, Money.Dollars(20)),
        (Referee, Money.Zero),
        (Relayer, Money.Zero),
        .. Workers.Select(name => (name, Money.Dollars(100))),
    ];

    private readonly Dictionary<string, Signer> _signers = [];
    private readonly Dictionary<Address, string> _names = [];

    public Parties(EthereumClient client, TimeProvider clock)
    {
        foreach (var (name, _) in Balances)
        {
            var signer = new Signer(client, EthereumKey.Generate(), clock);
            _signers.Add(name, signer);
            _names.Add(signer.Address, name);
        }
    }

    public Signer this[string name] => _signers[name];

    public static IEnumerable<string> Names => Balances.Select(gasAccount => gasAccount.Name);

    public string NameOf(Address address) => _names.GetValueOrDefault(address) ?? address.ToString();

    /// <summary>
    /// Writes a party's key where only its own process looks: the embedded chain is for development, so the file is not encrypted.
    /// </summary>
    public string WriteKey(string name, HomeFolder home)
    {
        var path = Path.Combine(home.Keys, $"{FileName(name)}.development-key");
        if (!File.Exists(path))
            BareKey.Write(path, _signers[name].Key);
        return path;
    }

    /// <summary>
    /// Puts the keys of the story's people where the pages find them: whoever watches may act as anyone of them, on a chain whose money is
    /// worth nothing.
    /// </summary>
    public void OpenAccounts(HomeFolder home)
    {
        foreach (var name in (string[])[.. Founders, .. Contributors, Buyer, Customer])
            BareKey.Write(Path.Combine(home.Keys, "open", $"{FileName(name)}.development-key"), _signers[name].Key);
    }

    public static string FileName(string name) => name.ToLowerInvariant().Replace(' ', '-');

    public void Dispose()
    {
        foreach (var signer in _signers.Values)
        {
            signer.Key.Dispose();
            signer.Dispose();
        }
    }
}
