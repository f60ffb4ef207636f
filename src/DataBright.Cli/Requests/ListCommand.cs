using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Market.Requests;
using DataBright.Terminal;

namespace DataBright.Cli.Requests;

/// <summary>Which data is wanted.</summary>
internal sealed class ListCommand : MarketVerb
{
    private readonly Option<int> _limit = ListOptions.Limit();
    private readonly Option<RequestState?> _state;

    public ListCommand()
        : base("list", "List the requests for data, newest first", "request list --in listed")
    {
        _state = Take<RequestState?>("--in", text => Parsing.OneOf<RequestState>(text),
            "In this state only: voting, listed, refused or closed", "STATE");
        Options.Add(_limit);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        var requests = ListOptions.Read(arguments.GetValue(_limit),
            request => reading.Index.Requests.List(arguments.GetValue(_state), request));
        var (name, now) = (AccountNames.Names(market.Home), await market.NowAsync(stop));
        output.Show(requests, console =>
        {
            var table = Sheet.Of(">Id", "State", "Initiator", ">Reward", ">Pot", ">Paid", ">Answers", ">Dataset", "Open until");
            foreach (var row in requests)
                table.Row(row.Request.Id, RequestStateNow.Of(row, now), name(row.Request.Initiator), row.Request.RewardPerPoint,
                    row.Request.Pot, row.Request.Paid, row.Answers, row.Request.Dataset, row.Request.Deadline);
            console.List(table, "Nobody asks for data. Ask with: databright request create");
        });
        return ExitCode.Done;
    }
}
