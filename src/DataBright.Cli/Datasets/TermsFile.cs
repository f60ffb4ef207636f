using DataBright.Cli.Access;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Market.Datasets;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Datasets;

/// <summary>
/// By what a dataset measures proposals, and whether its points are sealed: from the data folder, or from a node that has the document.
/// </summary>
internal static class TermsFile
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <param name="market">Whose data folder is looked into.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="nodes">Nodes to ask where the document is not in the data folder.</param>
    /// <param name="output">Hears of nodes that do not give it.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="Failure">The document is nowhere, or is none.</exception>
    public static async Task<MeasurementTerms> RequireAsync(
        MarketAccess market, Dataset dataset, IEnumerable<Uri?> nodes, Output output, CancellationToken stop)
    {
        try
        {
            if (await FindAsync(market, dataset, nodes, output, stop) is { } terms) return terms;
        }
        catch (BadPlanException bad)
        {
            throw new Failure(ExitCode.BadInput, $"Dataset {dataset.Id} cannot be measured: {bad.Problem}.");
        }

        var asked = nodes.OfType<Uri>().Any() ? ", nor on the nodes that were named" : "";
        throw new Failure(ExitCode.BadInput,
            $"By what dataset {dataset.Id} measures, and whether its points are sealed, is not in {market.Home.Storage.Blobs}{asked}. "
            + $"Name the node of the market's scheduler with --market, or fetch {Cid.Raw(dataset.Measurement)} from a node that has the "
            + "dataset.");
    }

    /// <summary>Null where the document is nowhere.</summary>
    /// <inheritdoc cref="RequireAsync"/>
    /// <exception cref="BadPlanException">It is none.</exception>
    public static async Task<MeasurementTerms?> FindAsync(
        MarketAccess market, Dataset dataset, IEnumerable<Uri?> nodes, Output output, CancellationToken stop)
    {
        if (dataset.Measurement == default) return MeasurementTerms.Usual;
        var address = Cid.Raw(dataset.Measurement);
        foreach (var node in nodes.OfType<Uri>().Distinct())
        {
            if (await market.Blobs.HasAsync(address, stop)) break;
            await FetchAsync(market.Blobs, address, dataset.Measurement, node, output, stop);
        }

        return await market.Blobs.HasAsync(address, stop) ? await MeasurementTerms.ReadAsync(market.Blobs, dataset, stop) : null;
    }

    /// <summary>
    /// Keeps what has the digest that the ledger names, whoever sends it. A node that is away keeps nobody from asking the next.
    /// </summary>
    private static async Task FetchAsync(IBlobStore blobs, Cid address, Digest digest, Uri node, Output output, CancellationToken stop)
    {
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
            {
                MaxResponseContentBufferSize = MeasurementTerms.MaxBytes, Timeout = Timeout,
            };
            using var answer = await http.GetAsync(new Uri(new Uri(node.GetLeftPart(UriPartial.Authority)), $"ipfs/{address}"), stop);
            if (!answer.IsSuccessStatusCode) return;
            var document = await answer.Content.ReadAsByteArrayAsync(stop);
            if (Digest.Of(document) == digest) await blobs.PutAsync(document, stop);
            else output.Note($"{ChainException.Shown(node)} sent another file than {address}.");
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            output.Note($"{ChainException.Shown(node)} does not give the terms of the dataset: it does not answer.");
        }
    }
}
