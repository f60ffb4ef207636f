using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DataBright.Ethereum;

/// <summary>
/// A program with keys that is asked over JSON-RPC: a wallet, or a node with unlocked accounts. It is a stranger: every
/// signature must recover to the account over a digest that was hashed here, and no question that may move money is put twice.
/// </summary>
/// <param name="http">The client to ask with; its own timeout must not be shorter than the patience in the options.</param>
/// <param name="url">The signer's HTTP or HTTPS URL.</param>
/// <param name="options">How long it is waited for.</param>
/// <param name="clock">Timeouts.</param>
public sealed partial class ExternalSigner(HttpClient http, Uri url, ExternalSignerOptions options, TimeProvider clock)
{
    private const int MaxAccounts = 1_000;
    private const int MaxListed = 10;
    private const int AnswerBytes = 1 << 20;

    // EIP-1193: what wallets answer where a person declines, a site has no access, and a method is not known.
    private const int UserRejected = 4001;
    private const int Unauthorized = 4100;
    private const int UnsupportedMethod = 4200;

    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(30);

    private readonly JsonRpcClient _approving = new(http, url,
        new JsonRpcOptions { Timeout = options.ApprovalTimeout, Attempts = 1, MaxAnswerBytes = AnswerBytes }, clock);
    private readonly JsonRpcClient _asking = new(http, url,
        new JsonRpcOptions { Timeout = Quick, Attempts = 1, MaxAnswerBytes = AnswerBytes }, clock);

    /// <summary>How it is waited for.</summary>
    public ExternalSignerOptions Options => options;

    /// <summary>Its URL without what may be secret in it.</summary>
    public string Shown { get; } = ChainException.Shown(url);

    /// <summary>The account that acts: the one that is named, or the only one there is.</summary>
    /// <exception cref="SignerException">It offers no account, another one, or several of which none was named.</exception>
    public async Task<Address> ChooseAsync(Address? named, CancellationToken stop = default)
    {
        var offered = await AskAsync(_approving, "eth_accounts", "to list its accounts",
            answer => answer.Items().Take(MaxAccounts).Select(item => item.Address()).ToList(), stop);
        if (named is { } wanted)
            return offered.Contains(wanted) ? wanted
                : throw NotOffered($"does not offer {wanted}, but {Listed(offered)}. Unlock it there, or allow this program to see it");
        return offered switch
        {
            [var only] => only,
            [] => throw NotOffered("offers no account. Unlock one there, or allow this program to see it"),
            _ => throw NotOffered($"offers {offered.Count} accounts: {Listed(offered)}. Say which of them acts"),
        };
    }

    /// <summary>Throws where the signer stands on another chain.</summary>
    /// <exception cref="SignerException">It does, or does not say.</exception>
    public async Task RequireChainAsync(ulong expected, CancellationToken stop = default)
    {
        var found = await AskAsync(_asking, "eth_chainId", "for its chain", answer => answer.Number(), stop);
        if (found != expected)
            throw new SignerException(SignerFault.WrongChain,
                $"The signer at {Shown} stands on chain {found}, the market is on chain {expected}. Switch the signer to chain {expected}; "
                + "nothing was signed or sent.");
    }

    /// <summary>Has a message signed, and believes the signature only where it is that account's over the digest hashed here.</summary>
    /// <exception cref="SignerException">It declined, did not answer, or answered with another signature.</exception>
    public async Task<Signature> SignAsync(Address account, TypedMessage message, CancellationToken stop = default)
    {
        var what = $"to sign {message.Name}";
        Announce(what);
        var bytes = await AskAsync(_approving, "eth_signTypedData_v4", what, answer => answer.Bytes(), stop, account.ToString(),
            message.ToJson().ToJsonString());
        try
        {
            var signature = Signature.FromBytes(bytes);
            var signer = Signature.Recover(message.Digest, signature);
            return signer == account ? signature
                : throw Wrong($"was made by another key or over something else: it recovers to {signer}, not to {account}");
        }
        catch (FormatException malformed)
        {
            throw Wrong($"is none: {malformed.Message.TrimEnd('.')}", malformed);
        }
        catch (CryptographicException @void)
        {
            throw Wrong($"cannot be used: {@void.Message.TrimEnd('.')}", @void);
        }

        SignerException Wrong(string how, Exception? cause = null) =>
            new(SignerFault.WrongSignature, $"The signature of {message.Name} from the signer at {Shown} {how}. It was not used.", cause);
    }

    /// <summary>Has a transaction signed and broadcast; the signer chooses its nonce and its fees. Asked once, whatever happens.</summary>
    /// <returns>The hash that the signer says the transaction has: nothing is known of it until the chain shows it.</returns>
    /// <exception cref="SignerException">It declined or cannot be reached; or (<see cref="SignerFault.OutcomeUnknown"/>) it gave no usable
    /// answer.</exception>
    /// <exception cref="RpcException">It refused for a reason of the chain, such as too little ether.</exception>
    internal async Task<Hash32> SendAsync(Address from, Payload payload, ulong gas, ulong chainId, CancellationToken stop)
    {
        var what = $"to send {payload.Function ?? "a transaction"}";
        Announce(what);
        try
        {
            return await AskAsync(_approving, "eth_sendTransaction", what, answer => answer.Hash(), stop,
                Transaction(from, payload, gas, chainId));
        }
        catch (SignerException fault) when (fault.Fault is SignerFault.TimedOut or SignerFault.Malformed)
        {
            throw new SignerException(SignerFault.OutcomeUnknown, fault.Message, fault);
        }
    }

    private void Announce(string what) =>
        options.Asking?.Invoke(
            $"Asking the signer at {Shown} {what}: approve or decline it there within {options.ApprovalTimeout.TotalMinutes:0.#} min.");

    private static JsonObject Transaction(Address from, Payload payload, ulong gas, ulong chainId)
    {
        var transaction = new JsonObject
        {
            ["from"] = from.ToString(),
            ["data"] = Hex.Encode(payload.Data.Span),
            ["value"] = payload.Value.ToQuantity(),
            ["gas"] = $"0x{gas:x}",
            ["chainId"] = $"0x{chainId:x}",
        };
        if (payload.To is { } to)
            transaction["to"] = to.ToString();
        return transaction;
    }

    private async Task<T> AskAsync<T>(JsonRpcClient rpc, string method, string what, Func<RpcAnswer, T> read, CancellationToken stop,
        params JsonNode?[] parameters)
    {
        try
        {
            return read(new RpcAnswer(url, method, await rpc.CallAsync(new RpcRequest(method, parameters), stop)));
        }
        catch (RpcException refusal) when (refusal.Code == UserRejected || Declining().IsMatch(refusal.Text))
        {
            throw new SignerException(SignerFault.Declined,
                $"The signer at {Shown} was asked {what} and declined ({refusal.Text}). Nothing was signed or sent.", refusal);
        }
        catch (RpcException refusal) when (refusal.Code == Unauthorized)
        {
            throw NotOffered($"does not let this program use the account ({refusal.Text}). Allow it there", refusal);
        }
        catch (RpcException refusal) when (refusal.Code is RpcException.MethodNotFound or UnsupportedMethod)
        {
            throw new SignerException(SignerFault.Unsupported,
                $"The signer at {Shown} does not know {method}: it is no signer, or one of another kind. Nothing was signed or sent.",
                refusal);
        }
        catch (ChainException fault) when (NeverArrived(fault))
        {
            throw new SignerException(SignerFault.Unreachable,
                $"The signer cannot be asked: {fault.Message} Nothing was signed or sent.", fault);
        }
        catch (ChainException fault) when (fault.Fault == ChainFault.TimedOut)
        {
            throw new SignerException(SignerFault.TimedOut, $"The signer at {Shown} was asked {what} and has not answered.", fault);
        }
        catch (ChainException fault)
        {
            throw new SignerException(SignerFault.Malformed,
                $"The signer at {Shown} was asked {what} and gave no proper answer: {fault.Message}", fault);
        }
    }

    /// <summary>Whether the question cannot have reached anybody. A connection that broke later may have brought it there.</summary>
    private static bool NeverArrived(ChainException fault) => fault.InnerException is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    private SignerException NotOffered(string how, Exception? cause = null) =>
        new(SignerFault.AccountNotOffered, $"The signer at {Shown} {how}.", cause);

    private static string Listed(List<Address> accounts) =>
        accounts.Count == 0 ? "none" : string.Join(", ", accounts.Take(MaxListed)) + (accounts.Count > MaxListed ? ", …" : "");

    [GeneratedRegex(@"\b(user|request|transaction|signature|signing)\b.{0,24}\b(denied|reject(ed)?|declined|cancell?ed)\b",
        RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Declining();
}
