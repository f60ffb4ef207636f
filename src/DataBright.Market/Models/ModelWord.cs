using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Words;
using Contract = DataBright.Market.Generated.Models;

namespace DataBright.Market.Models;

/// <summary>Models as a word of the market.</summary>
internal sealed class ModelWord : MarketWord
{
    public override string ContractName => "Models";

    public override IReadOnlyDictionary<Selector, string> FunctionNames => Contract.FunctionNames;

    public override Func<MarketSetup, Task<Address>>? SetUp =>
        setup => setup.DeployAsync(ContractName, Contract.Deploy(setup["Datasets"], setup["Jobs"], setup["TrustedKeys"]));

    public override Projection Projection { get; } = new ModelProjection();
}
