using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Accounts;

/// <summary>Gives an account ether and test dollars out of nothing: only where both are worth nothing.</summary>
internal sealed class FundCommand : MarketVerb
{
    private readonly Argument<string> _who;
    private readonly Option<Ether> _ether;
    private readonly Option<Money> _dollars;

    public FundCommand()
        : base("fund", "Give an account ether and test dollars, on the embedded chain only", "account fund ada --dollars 500")
    {
        _who = Expect("WHO", AccountNames.Check, "A name or an address");
        _ether = TakeOr("--ether", Ether.Parse("10"), Ether.Parse, "Ether to add, for gas", "AMOUNT");
        _dollars = TakeOr("--dollars", Money.Dollars(1_000), Money.Parse, "Dollars to add", "AMOUNT");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var chain = market.Ledger.Addresses.ChainId;
        if (chain != EmbeddedChain.ChainId)
            throw new Failure(ExitCode.Refused,
                $"Money out of nothing exists on the embedded chain (id {EmbeddedChain.ChainId}) only; this market is on chain {chain}.");
        var address = AccountNames.Resolve(arguments.GetValue(_who)!, market.Home);
        var wei = await market.Client.BalanceAsync(address, stop: stop) + arguments.GetValue(_ether).Wei;
        await market.Client.Rpc.CallAsync(new RpcRequest("anvil_setBalance", address.ToString(), wei.ToQuantity()), stop);
        if (arguments.GetValue(_dollars) is var dollars && dollars > Money.Zero)
            await MintAsync(market, address, dollars, stop);
        var balance = await market.Ledger.Dollars.BalanceAsync(address, stop);
        output.Show(new { address, wei, dollars = balance },
            console => console.Write(Sheet.Facts(("Address", address), ("Ether", new Ether(wei)), ("Dollars", balance))));
        return ExitCode.Done;
    }

    private static async Task MintAsync(MarketAccess market, Address to, Money sum, CancellationToken stop)
    {
        using var key = DevelopmentAccounts.Key(0);
        using var deployer = new Signer(market.Client, key, TimeProvider.System);
        await market.Ledger.Dollars.MintAsync(to, sum, deployer, stop);
    }
}
