using System.Text.Json;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Market.Jobs;
using DataBright.Node.Rest;
using DataBright.Storage;

namespace DataBright.Node.Proposals;

/// <summary>
/// What an evaluation measured, seed by seed. The ledger has the digests of its plan and of its outcome, which are also where
/// both are stored, so any node that has the files can say how sure a gain is.
/// </summary>
internal sealed class Measurements(IBlobStore blobs, ILogger<Measurements> log)
{
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Null where the job is not settled, or its files are not here.</summary>
    public async Task<GainSpread?> SpreadAsync(IndexedJob? job, Hash32 shard, CancellationToken stop)
    {
        if (job is not { Outcome: { } outcome }) return null;
        try
        {
            var plan = JobPlan.Parse(await ReadAsync(job.Plan, stop));
            var measured = CanonicalJson.Read<RunOutcomes>(await ReadAsync(outcome.Result, stop));
            var gain = MeasuredGain.Of(plan, shard, measured);
            return new GainSpread(Ppm(gain.Low), Ppm(gain.High), gain.Seeds);
        }
        catch (BlobMissingException)
        {
            return null;
        }
        catch (Exception e) when (e is DataBrightException or JsonException)
        {
            log.LogWarning("The measurements of job {Job} cannot be shown: {Fault}", job.Id, e.Message);
            return null;
        }
    }

    private Task<byte[]> ReadAsync(Digest digest, CancellationToken stop) => blobs.ReadAsync(Cid.Raw(digest), MaxBytes, stop);

    private static Fraction Ppm(double part) => Fraction.Near(part);
}
