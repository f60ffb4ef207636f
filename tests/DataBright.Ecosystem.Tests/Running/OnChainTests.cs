using System.Numerics;
using DataBright.Ecosystem.Tests.TypedData;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Generated;
using Nethereum.Signer;
using Nethereum.Signer.EIP712;
using Nethereum.Web3;
using Nethereum.Web3.Accounts;

namespace DataBright.Ecosystem.Tests.Running;

/// <summary>One library signs, the other sends, a real contract judges.</summary>
[Collection(nameof(RunningMarket))]
public sealed class OnChainTests(RunningMarket market)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_delegation_signed_by_nethereum_and_sent_by_us_is_taken()
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        var client = new EthereumClient(new JsonRpcClient(http, new Uri(market.Rpc)), Errors.Table);
        using var ben = market.Key("ben");
        using var ines = market.Key("ines");
        var delegatee = new Chance(101).Account();
        var shares = await client.CallAsync(Datasets.SharesOf(market.Addresses.Datasets, 1u), stop: Stop);
        var nonce = await client.CallAsync(Shares.Nonces(shares, ben.Address), stop: Stop);
        var expiry = (await client.BlockAsync(BlockTag.Latest, Stop))!.Timestamp.ToUnixTimeSeconds() + 3_600;
        var message = Message.Of(Statement.Others.Keys.Single(type => Message.NameOf(type) == "Delegation"),
            "Waves", market.Addresses.ChainId, shares.ToString(), $"{delegatee}", $"{nonce}", $"{expiry}");
        var signature = Signature.Parse(Eip712TypedDataSigner.Current.SignTypedDataV4(message.ToJsonString(), Theirs(ben)));

        var sender = new TransactionSender(client, ines, TimeProvider.System);
        await sender.SendAsync(
            Shares.DelegateBySig(shares, delegatee, nonce, (ulong)expiry, signature.YParity ? (byte)28 : (byte)27, signature.R.ToHash32(),
                signature.S.ToHash32()), Stop);

        (await client.CallAsync(Shares.Delegates(shares, ben.Address), stop: Stop)).ShouldBe(delegatee);
        (await client.CallAsync(Shares.Nonces(shares, ben.Address), stop: Stop)).ShouldBe(nonce + 1u);
    }

    [Fact]
    public async Task A_permit_signed_by_us_and_sent_by_nethereum_is_taken()
    {
        using var ben = market.Key("ben");
        using var ines = market.Key("ines");
        var web3 = new Web3(new Account(Theirs(ines), market.Addresses.ChainId), market.Rpc);
        var datasets = web3.Eth.GetContract(Datasets.Abi, market.Addresses.Datasets.ToString());
        var shares = web3.Eth.GetContract(Shares.Abi, await datasets.GetFunction("sharesOf").CallAsync<string>(1));
        var permit = new Permit(ben.Address, ines.Address, 5u,
            (Uint256)await shares.GetFunction("nonces").CallAsync<BigInteger>(ben.Address.ToString()), Uint256.MaxValue);
        var signature = permit.Sign(TypedDomain.Of("Waves", "1", market.Addresses.ChainId, Address.Parse(shares.Address)), ben);

        var receipt = await shares.GetFunction("permit").SendTransactionAndWaitForReceiptAsync(
            ines.Address.ToString(), new Nethereum.Hex.HexTypes.HexBigInteger(200_000), null, null, Stop,
            $"{ben.Address}", $"{ines.Address}", new BigInteger(5), (BigInteger)permit.Deadline, signature.YParity ? 28 : 27,
            signature.R.ToHash32().ToArray(), signature.S.ToHash32().ToArray());

        receipt.Status.Value.ShouldBe(1);
        (await shares.GetFunction("allowance").CallAsync<BigInteger>(ben.Address.ToString(), ines.Address.ToString())).ShouldBe(5);
    }

    private static EthECKey Theirs(EthereumKey key)
    {
        var secret = new byte[EthereumKey.Size];
        key.CopySecretTo(secret);
        return new EthECKey(secret, isPrivate: true);
    }
}
