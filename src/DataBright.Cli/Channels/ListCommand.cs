using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Market.Predictions;
using DataBright.Serving;
using DataBright.Terminal;

namespace DataBright.Cli.Channels;

/// <summary>The channels that were opened from this data folder, as the ledger has them now.</summary>
internal sealed class ListCommand() : MarketVerb("list", "The channels that were opened from here", "channel list")
{
    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var lines = new List<(OpenChannel Known, Channel Ledger)>();
        foreach (var known in new ChannelBook(market.Home.Channels).All())
            if (await market.Ledger.Predictions.FindAsync(known.Id, stop) is { } channel)
                lines.Add((known, channel));
        output.Show(lines.Select(line => new { line.Ledger.Id, line.Ledger.Model, line.Ledger.Worker, line.Ledger.State,
            line.Ledger.Deposit, line.Known.Signed, line.Ledger.Settled }), console =>
        {
            var table = Sheet.Of(">Channel", ">Model", "Worker", "State", ">Deposit $", ">Signed $", ">Settled $");
            foreach (var (known, channel) in lines)
                table.Row(channel.Id, channel.Model, TerminalWording.Short(channel.Worker), $"{channel.State}".ToLowerInvariant(),
                    channel.Deposit, known.Signed, channel.Settled);
            console.List(table, "No channels. One is opened by: databright model predict");
        });
        return ExitCode.Done;
    }
}
