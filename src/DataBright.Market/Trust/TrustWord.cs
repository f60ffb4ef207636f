using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Words;
using Contract = DataBright.Market.Generated.TrustedKeys;

namespace DataBright.Market.Trust;

/// <summary>The register of schedulers and referees, as a word of the market.</summary>
internal sealed class TrustWord : MarketWord
{
    public override string ContractName => "TrustedKeys";

    public override IReadOnlyDictionary<Selector, string> FunctionNames => Contract.FunctionNames;

    public override Func<MarketSetup, Task<Address>>? SetUp =>
        setup => setup.DeployAsync(ContractName, Contract.Deploy(setup.Administrator));

    public override Projection Projection { get; } = new TrustedKeyProjection();
}
