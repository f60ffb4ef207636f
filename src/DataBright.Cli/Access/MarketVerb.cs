using System.CommandLine;
using DataBright.Terminal;
using DataBright.Terminal.Home;

namespace DataBright.Cli.Access;

/// <summary>A command that reads the market.</summary>
internal abstract class MarketVerb : Verb
{
    private readonly Option<Uri?> _rpc = ChainOptions.Rpc();

    protected MarketVerb(string name, string description, string example)
        : base(name, description, example) => Options.Add(_rpc);

    protected sealed override async Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        using var market = await MarketAccess.OpenAsync(HomeFolder.Of(arguments), arguments.GetValue(_rpc), stop);
        return await RunAsync(arguments, market, output, stop);
    }

    protected abstract Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop);
}
