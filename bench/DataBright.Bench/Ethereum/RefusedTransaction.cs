using System.Text.Json.Nodes;
using DataBright.Ethereum;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Signer;
using Nethereum.Web3;
using Nethereum.Web3.Accounts;

namespace DataBright.Bench.Ethereum;

/// <summary>
/// A node refuses a transaction once, as it does when an account cannot pay; the caller sends another. Which nonces are used?
/// </summary>
internal static class RefusedTransaction
{
    private const int Next = 5;

    public static async Task<Comparison> RunAsync(CancellationToken stop)
    {
        using var key = EthereumKey.FromBytes(Keccak.HashText("key").AsSpan());
        return new Comparison(
            "nonce", $"the first of two transactions is refused (insufficient funds); the chain expects nonce {Next}",
            await NoncesAsync(node => TheirsAsync(node, key)), await NoncesAsync(node => OursAsync(node, key, stop)));
    }

    private static async Task<string> NoncesAsync(Func<ScriptedNode, Task> sendTwice)
    {
        var nonces = new List<ulong>();
        using var node = new ScriptedNode((method, parameters) => method switch
        {
            "eth_chainId" => "0x7a69",
            "eth_getTransactionCount" => $"0x{Next:x}",
            "eth_estimateGas" => "0x5208",
            "eth_gasPrice" or "eth_maxPriorityFeePerGas" => "0x3b9aca00",
            "eth_feeHistory" =>
                JsonNode.Parse("""{"oldestBlock":"0x1","baseFeePerGas":["0x1","0x1"],"gasUsedRatio":[0.5],"reward":[["0x1"]]}"""),
            "eth_getBlockByNumber" => Block(),
            "eth_getTransactionReceipt" => Receipt(parameters[0]!.GetValue<string>()),
            "eth_sendRawTransaction" => Take(Hex.Decode(parameters[0]!.GetValue<string>())),
            _ => throw new NodeRefusal($"{method} is not in this script"),
        });
        await sendTwice(node);
        return $"nonces {string.Join(", then ", nonces)}{(nonces[^1] == Next
            ? "" : ": a gap, and nothing this account sends is executed until somebody fills it or resets the nonce service")}";

        JsonNode Take(byte[] raw)
        {
            nonces.Add(SignedTransaction.Decode(raw).Transaction.Nonce);
            return nonces.Count == 1 ? throw new NodeRefusal("insufficient funds for gas * price + value")
                : (JsonNode)Keccak.Hash(raw).ToString();
        }
    }

    private static async Task TheirsAsync(ScriptedNode node, EthereumKey key)
    {
        var secret = new byte[EthereumKey.Size];
        key.CopySecretTo(secret);
        var web3 = new Web3(new Account(new EthECKey(secret, isPrivate: true), 31_337), node.Theirs());
        for (var i = 0; i < 2; i++)
        {
            var transfer = new TransactionInput
            {
                From = key.Address.ToString(),
                To = Address.Zero.ToString(),
                Value = new HexBigInteger(1),
                Gas = new HexBigInteger(21_000),
                MaxFeePerGas = new HexBigInteger(2_000_000_000),
                MaxPriorityFeePerGas = new HexBigInteger(1_000_000_000),
            };
            try
            {
                await web3.TransactionManager.SendTransactionAsync(transfer);
            }
            catch (RpcResponseException) when (i == 0)
            {
                // The scenario's refusal.
            }
        }
    }

    private static async Task OursAsync(ScriptedNode node, EthereumKey key, CancellationToken stop)
    {
        var sender = new TransactionSender(node.Ours(), key, TimeProvider.System);
        var transfer = new ContractCall(Address.Zero, [], 1u) { GasLimit = 21_000 };
        for (var i = 0; i < 2; i++)
        {
            try
            {
                await sender.SendAsync(transfer, stop);
            }
            catch (RpcException) when (i == 0)
            {
                // The scenario's refusal.
            }
        }
    }

    private static JsonObject Block() => new()
    {
        ["number"] = "0x1",
        ["hash"] = Hash32.Zero.ToString(),
        ["parentHash"] = Hash32.Zero.ToString(),
        ["timestamp"] = "0x1",
        ["gasLimit"] = "0x1c9c380",
        ["gasUsed"] = "0x0",
        ["baseFeePerGas"] = "0x1",
        ["transactions"] = new JsonArray(),
    };

    private static JsonObject Receipt(string hash) => new()
    {
        ["transactionHash"] = hash,
        ["transactionIndex"] = "0x0",
        ["blockHash"] = Hash32.Zero.ToString(),
        ["blockNumber"] = "0x1",
        ["from"] = Address.Zero.ToString(),
        ["to"] = Address.Zero.ToString(),
        ["gasUsed"] = "0x5208",
        ["cumulativeGasUsed"] = "0x5208",
        ["effectiveGasPrice"] = "0x1",
        ["status"] = "0x1",
        ["contractAddress"] = null,
        ["logs"] = new JsonArray(),
    };
}
