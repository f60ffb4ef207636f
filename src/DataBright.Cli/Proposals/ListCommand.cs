using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Proposals;

/// <summary>Which proposals there are.</summary>
internal sealed class ListCommand : MarketVerb
{
    private readonly Option<int> _limit = ListOptions.Limit();
    private readonly Option<DatasetId?> _dataset = ListOptions.OfDataset();

    public ListCommand()
        : base("list", "List the proposals, newest first", "proposal list --dataset 1")
    {
        Options.Add(_dataset);
        Options.Add(_limit);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        var proposals = ListOptions.Read(arguments.GetValue(_limit),
            request => reading.Index.Proposals.List(arguments.GetValue(_dataset), request));
        var (name, now) = (AccountNames.Names(market.Home), await market.NowAsync(stop));
        output.Show(proposals, console =>
        {
            var table = Sheet.Of(">Id", ">Dataset", "State", "Contributor", ">Points", ">Gain", ">At least", ">Yes", ">No", "Votes until");
            foreach (var proposal in proposals)
                table.Row(
                    proposal.Id, proposal.Dataset, ProposalStateNow.Of(proposal, reading.Index, now), name(proposal.Contributor),
                    proposal.Count,
                    proposal.Evaluation is { } measured ? TerminalWording.Points(measured.GainPpm) : null,
                    proposal.Evaluation is { } known ? TerminalWording.Points(known.LowPpm) : null, proposal.Yes, proposal.No,
                    proposal.Deadline);
            console.List(table, "No proposals. Offer points with: databright proposal create");
        });
        return ExitCode.Done;
    }
}
