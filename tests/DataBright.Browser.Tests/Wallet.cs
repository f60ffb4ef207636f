using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataBright.Ethereum;
using Microsoft.Playwright;

namespace DataBright.Browser.Tests;

/// <summary>
/// A wallet as browsers have them (EIP-1193, announced by EIP-6963), whose key is here: the page's requests come out of the browser, are
/// signed with our own keys and sent to the real chain.
/// </summary>
internal sealed class Wallet(BrowserTestMarket town, EthereumKey key)
{
    private const string Extension = """
        (() => {
          const listeners = [];
          const provider = {
            request: async ({ method, params }) => {
              const answer = JSON.parse(await window.databrightTestWallet(JSON.stringify({ method, params: params ?? [] })));
              if (answer.error) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
              return answer.result;
            },
            on: (...args) => listeners.push(args),
          };
          if (FALLBACK) { window.ethereum = provider; return; }
          const info = Object.freeze({ uuid: "350670db-19fa-4704-a166-e52e178b59d2", name: "Test wallet <b>1</b>", icon: "data:,", rdns: "org.example.wallet" });
          const announce = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
          window.addEventListener("eip6963:requestProvider", announce);
          announce();
        })();
        """;

    private readonly TransactionSender _sender = new(town.Client, key, TimeProvider.System);
    private ulong _chain = EmbeddedChain.ChainId;

    public Address Address => key.Address;

    /// <summary>What the pages asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>The transactions that were sent.</summary>
    public ConcurrentQueue<ContractCall> Sent { get; } = [];

    /// <summary>Whoever holds it says no.</summary>
    public bool Declines { get; set; }

    public Wallet On(ulong chain)
    {
        _chain = chain;
        return this;
    }

    public async Task InstallAsync(IBrowserContext context, bool announced = true)
    {
        await context.ExposeFunctionAsync<string, Task<string>>("databrightTestWallet", AnswerAsync);
        await context.AddInitScriptAsync(Extension.Replace("FALLBACK", announced ? "false" : "true", StringComparison.Ordinal));
    }

    private async Task<string> AnswerAsync(string request)
    {
        using var asked = JsonDocument.Parse(request);
        var (method, parameters) = (asked.RootElement.GetProperty("method").GetString()!, asked.RootElement.GetProperty("params"));
        Asked.Enqueue(method);
        try
        {
            return new JsonObject { ["result"] = await AnswerAsync(method, parameters) }.ToJsonString();
        }
        catch (WalletException refusal)
        {
            return Error(refusal.Code, refusal.Message);
        }
        catch (Exception fault) when (fault is RevertException or RpcException)
        {
            return Error(-32603, fault.Message);
        }
    }

    private async Task<JsonNode?> AnswerAsync(string method, JsonElement parameters)
    {
        switch (method)
        {
            case "eth_requestAccounts" or "eth_accounts":
                return new JsonArray(Address.ToString());
            case "eth_chainId":
                return "0x" + _chain.ToString("x");
            case "wallet_switchEthereumChain":
                _chain = Convert.ToUInt64(parameters[0].GetProperty("chainId").GetString(), 16);
                return null;
            case "eth_sendTransaction":
                RequireConsent();
                var sent = parameters[0];
                Address.Parse(sent.GetProperty("from").GetString()!).ShouldBe(Address);
                var call = new ContractCall(Ethereum.Address.Parse(sent.GetProperty("to").GetString()!),
                    Hex.Decode(sent.GetProperty("data").GetString()));
                Sent.Enqueue(call);
                return (await _sender.SendAsync(call)).TransactionHash.ToString();
            case "eth_signTypedData_v4":
                RequireConsent();
                Address.Parse(parameters[0].GetString()!).ShouldBe(Address);
                return Hex.Encode(key.Sign(TypedData.Parse(parameters[1].GetString()!).Digest).ToBytes());
            case "eth_getTransactionReceipt":
                return JsonNode.Parse((await town.Chain.Rpc.CallAsync(new RpcRequest(method, JsonNode.Parse(parameters[0].GetRawText())),
                    CancellationToken.None)).GetRawText());
            default:
                throw new WalletException(4200, $"The test's wallet does not know {method}.");
        }
    }

    private void RequireConsent()
    {
        if (Declines) throw new WalletException(4001, "User rejected the request.");
        if (_chain != EmbeddedChain.ChainId) throw new WalletException(-32603, "The wallet is on another chain.");
    }

    private static string Error(int code, string message) =>
        new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } }.ToJsonString();

    private sealed class WalletException(int code, string message) : Exception(message)
    {
        public int Code => code;
    }
}
