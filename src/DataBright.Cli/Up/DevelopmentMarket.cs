using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Trust;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using DataBright.Terminal.Keys;

namespace DataBright.Cli.Up;

/// <summary>A market on an embedded chain: everyone may have its test money, and its administrator's key is public knowledge.</summary>
internal sealed class DevelopmentMarket(HomeFolder home, EmbeddedChain chain)
{
    private static readonly Uint256 GasFunds = Ether.Parse("100").Wei;
    private static readonly Money Bonds = Money.Dollars(1_000);

    /// <summary>
    /// Deploys the contracts. Should it be broken off, the next start deploys afresh: <c>market.json</c> is written last.
    /// </summary>
    public async Task DeployAsync(CancellationToken stop)
    {
        var client = new EthereumClient(chain.Rpc, Market.Generated.Errors.Table);
        using var key = DevelopmentAccounts.Key(0);
        using var deployer = new Signer(client, key, TimeProvider.System);
        var addresses = await MarketDeployment.DeployAsync(client, new MarketTerms(), deployer, stop);
        await chain.SaveAsync(stop);
        addresses.Save(home.Market);
    }

    /// <summary>The account that pays for others' gas, made the first time and filled at every start.</summary>
    public async Task<EthereumKey> RelayerKeyAsync(CancellationToken stop)
    {
        var key = KeyOf("relayer");
        try
        {
            await chain.FundAsync(key.Address, GasFunds, stop);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The key of a role, made and registered the first time. It is on the disk in the clear, as everything on such a chain is.
    /// </summary>
    public async Task<EthereumKey> TrustedKeyAsync(TrustedRole role, Ledger ledger, CancellationToken stop)
    {
        var key = KeyOf(role.ToString().ToLowerInvariant());
        try
        {
            await chain.FundAsync(key.Address, GasFunds, stop);
            using var administrator = DevelopmentAccounts.Key(0);
            using var deployer = new Signer(ledger.Client, administrator, TimeProvider.System);
            if (await ledger.TrustedKeys.NumberOfAsync(key.Address, stop) is null)
                await ledger.TrustedKeys.RegisterAsync(key.Address, role, Attestation.None, null, deployer, stop);
            // A scheduler puts up a bond with each usage dividend that it posts.
            if (role == TrustedRole.Scheduler && await ledger.Dollars.BalanceAsync(key.Address, stop) < Bonds)
                await ledger.Dollars.MintAsync(key.Address, Bonds, deployer, stop);

            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private EthereumKey KeyOf(string role)
    {
        var file = Path.Combine(home.Keys, $"{role}.development-key");
        if (!File.Exists(file))
        {
            using var fresh = EthereumKey.Generate();
            BareKey.Write(file, fresh);
        }

        return BareKey.Read(file);
    }
}
