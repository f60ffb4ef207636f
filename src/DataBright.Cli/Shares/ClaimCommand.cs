using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Terminal;
using DataBright.Market;
using Spectre.Console;

namespace DataBright.Cli.Shares;

/// <summary>Collects what shares have earned.</summary>
internal sealed class ClaimCommand : SigningVerb
{
    private readonly Option<DatasetId?> _dataset = ListOptions.OfDataset();

    public ClaimCommand()
        : base("claim", "Collect the dividends of your shares", "share claim --key ada") => Options.Add(_dataset);

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output, CancellationToken stop)
    {
        var paid = new List<Dividend>();
        foreach (var dataset in await DatasetsAsync(arguments, market, stop))
            if (await market.Ledger.Shares.ClaimableAsync(dataset, signer.Address, stop) > Money.Zero)
                paid.Add(new Dividend(dataset, await market.Ledger.Shares.ClaimAsync(dataset, signer.Address, signer, stop)));
        if (paid.Count == 0)
            throw new Failure(ExitCode.Refused, $"The shares of {signer.Address} have earned nothing since the last claim.");
        var total = paid.Aggregate(Money.Zero, (sum, dividend) => sum + dividend.Amount);
        output.Show(new { holder = signer.Address, total, dividends = paid }, console =>
        {
            var table = Sheet.Of(">Dataset", ">Paid");
            foreach (var dividend in paid)
                table.Row(dividend.Dataset, dividend.Amount);
            console.Write(table);
            console.WriteLine($"{Wording.Of(total)} in all");
        });
        return ExitCode.Done;
    }

    private async Task<IReadOnlyList<DatasetId>> DatasetsAsync(ParseResult arguments, MarketAccess market, CancellationToken stop)
    {
        if (arguments.GetValue(_dataset) is { } one)
            return [one];
        // Shares that were given away since may have earned something before: every dataset is asked.
        return [.. Enumerable.Range(1, checked((int)await market.Ledger.Datasets.CountAsync(stop))).Select(number => new DatasetId((ulong)number))];
    }
}

internal sealed record Dividend(DatasetId Dataset, Money Amount);
