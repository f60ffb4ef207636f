using System.CommandLine;
using DataBright.Cli.Accounts;
using DataBright.Cli.Terminal;
using DataBright.Market;

namespace DataBright.Cli.Access;

/// <summary>A command that acts on the market in somebody's name.</summary>
internal abstract class SigningVerb : MarketVerb
{
    private readonly KeyOptions _key;

    protected SigningVerb(string name, string description, string example)
        : base(name, description, example) => _key = KeyOptions.AddTo(this);

    protected sealed override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        using var acting = await _key.ActAsync(arguments, market, output, stop);
        return await RunAsync(arguments, market, acting.Signer, output, stop);
    }

    protected abstract Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output, CancellationToken stop);
}
