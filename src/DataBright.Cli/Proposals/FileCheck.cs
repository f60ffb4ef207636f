using DataBright.Cli.Access;
using DataBright.Compute.Evaluations;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Proposals;

/// <summary>Whether a proposal's file in the data folder holds what the ledger announces.</summary>
internal static class FileCheck
{
    private const long MaxBytes = 4L << 30;

    /// <summary>Null where nothing is wrong, or the file is not here.</summary>
    public static async Task<string?> ProblemAsync(MarketAccess market, Cid? cid, Hash32 root, int count, Digest schema, Digest measurement,
        CancellationToken stop)
    {
        if (count == 0)
            return null;
        if (cid is not { } file)
            return "Where its file is, is not announced in a form that can be read.";
        try
        {
            return await OfferedFile.ProblemAsync(market.Blobs, file,
                new OfferedPoints(root, count, schema, await IsSealedAsync(market, measurement, stop)), MaxBytes, stop);
        }
        catch (BlobMissingException)
        {
            return null;
        }
        catch (BlobException damaged)
        {
            return damaged.Message;
        }
    }

    /// <summary>Null where the dataset's terms are not here, or cannot be read.</summary>
    private static async Task<bool?> IsSealedAsync(MarketAccess market, Digest measurement, CancellationToken stop)
    {
        if (measurement == default)
            return false;
        try
        {
            return MeasurementTerms.Parse(await market.Blobs.ReadAsync(Cid.Raw(measurement), MeasurementTerms.MaxBytes, stop)).Sealed
                is not null;
        }
        catch (DataBrightException)
        {
            return null;
        }
    }

    /// <summary>Before anything is paid for it.</summary>
    /// <exception cref="Failure">Something is wrong with the file.</exception>
    public static void RequireNone(ProposalId proposal, string? problem, string done)
    {
        if (problem is not null)
            throw new Failure(ExitCode.Refused, $"Proposal {proposal} is not {done}. {problem}");
    }
}
