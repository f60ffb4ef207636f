using System.CommandLine;
using System.CommandLine.Completions;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using DataBright.Terminal.Keys;

namespace DataBright.Cli.Access;

/// <summary>The options that say who acts.</summary>
internal sealed class KeyOptions
{
    private readonly Option<string?> _key =
        new("--key") { Description = "The account that acts, by name or address (default: the only one there is)", HelpName = "NAME" };

    private readonly Option<string?> _file = new("--key-file")
    {
        Description = "Instead of an account: a file with a bare private key, on development chains only",
        HelpName = "FILE",
    };

    private readonly Option<string?> _password = PasswordFile();
    private readonly SignerOptions _signer = new();
    private readonly Option<bool> _dryRun =
        new("--dry-run") { Description = "Show what would be sent, what it would cost or bring, and its gas; send nothing" };
    private string? _needsKey;
    private bool _spends;

    public static Option<string?> PasswordFile() => new("--password-file")
    {
        Description = $"A file whose first line is the password (or {Password.Variable}; default: asked for)",
        HelpName = "FILE",
    };

    /// <param name="command">Takes the options.</param>
    /// <param name="needsKey">Why a signer elsewhere cannot do what the command does, as the beginning of a sentence; null where it
    /// can.</param>
    /// <param name="spends">Whether the command sends transactions and ends, so that they can be rehearsed instead.</param>
    public static KeyOptions AddTo(Command command, string? needsKey = null, bool spends = false)
    {
        var options = new KeyOptions { _needsKey = needsKey, _spends = spends };
        if (spends)
            command.Options.Add(options._dryRun);
        options._key.CompletionSources
            .Add(context => new AccountBook(HomeFolder.Of(context.ParseResult)).All().Select(account => new CompletionItem(account.Name)));
        command.Options.Add(options._key);
        command.Options.Add(options._file);
        command.Options.Add(options._password);
        if (needsKey is null)
            options._signer.AddTo(command);
        else
            options._signer.HideOn(command);
        return options;
    }

    /// <summary>Whether nothing is to be sent.</summary>
    public bool IsDryRun(ParseResult arguments) => _spends && arguments.GetValue(_dryRun);

    public bool IsGiven(ParseResult arguments) => arguments.GetValue(_key) is not null || arguments.GetValue(_file) is not null;

    /// <summary>Whoever acts: an account of the data folder, a bare key, or a signer elsewhere.</summary>
    /// <exception cref="Failure">There is no such key, or it may not be used on this chain.</exception>
    /// <exception cref="SignerException">The signer is not there, stands on another chain, or does not offer the account.</exception>
    public async Task<SignerSession> ActAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        if (_signer.Url(arguments, IsGiven(arguments)) is { } url)
        {
            var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
            try
            {
                return ActAs(await _signer.OpenAsync(arguments, http, url, market.Client, output, stop), http, arguments, market);
            }
            catch
            {
                http.Dispose();
                throw;
            }
        }
        var key = Open(arguments, market.Home, market.Ledger.Addresses.ChainId);
        return ActAs(new LocalAccount(market.Client, key, TimeProvider.System), key, arguments, market);
    }

    private SignerSession ActAs(IAccount account, IDisposable means, ParseResult arguments, MarketAccess market)
    {
        if (!IsDryRun(arguments))
            return new SignerSession(new Signer(market.Client, account), means);
        var rehearsed = new RehearsedAccount(market.Client, account);
        var ended = new CancellationTokenSource();
        return new SignerSession(new Signer(market.Client, rehearsed, (_, _) => ended.CancelAfter(DryRun.Timeout)),
            means) { Rehearsed = rehearsed, Ended = ended.Token };
    }

    /// <summary>The key to sign with; the caller disposes it.</summary>
    /// <exception cref="Failure">There is no such key, or it may not be used on this chain.</exception>
    /// <exception cref="KeystoreException">The password is wrong.</exception>
    public EthereumKey Open(ParseResult arguments, HomeFolder home, ulong chainId)
    {
        if (_needsKey is { } why && _signer.IsGiven(arguments))
            throw new Failure(ExitCode.Usage, KeysHere.Sentence(why));
        if (arguments.GetValue(_file) is { } file)
            return arguments.GetValue(_key) is null
                ? OpenBare(file, chainId)
                : throw new Failure(ExitCode.Usage, "Give --key or --key-file, not both.");
        var book = new AccountBook(home);
        var account = Choose(book, arguments.GetValue(_key), home);
        return book.Open(account, Password.Read(arguments.GetValue(_password), account.Name));
    }

    /// <summary>Whose name it will be in, without opening the key; null for a bare key and for a signer elsewhere.</summary>
    public Account? Named(ParseResult arguments, HomeFolder home) =>
        arguments.GetValue(_file) is null && _signer.Url(arguments, IsGiven(arguments)) is null
            ? Choose(new AccountBook(home), arguments.GetValue(_key), home) : null;

    private static Account Choose(AccountBook book, string? named, HomeFolder home)
    {
        if (named is not null)
            return book.Find(named)
                ?? throw new Failure(ExitCode.Denied, $"There is no account {named} in {home.Root}. See: databright account list");
        return book.All() switch
        {
            [var only] => only,
            [] => throw new Failure(ExitCode.Denied, $"There is no account in {home.Root} yet. Make one with: databright account new NAME"),
            var several => throw new Failure(ExitCode.Denied,
                $"Say who acts with --key: {string.Join(", ", several.Select(account => account.Name))}."),
        };
    }

    /// <summary>A bare key, where it may be used.</summary>
    public static EthereumKey OpenBare(string file, ulong chainId) => chainId == EmbeddedChain.ChainId
        ? BareKey.Read(file)
        : throw new Failure(ExitCode.Denied,
            $"A bare key is for development chains (id {EmbeddedChain.ChainId}) only; this chain's id is {chainId}. Encrypt it with: "
            + $"databright account import NAME {file}");
}
