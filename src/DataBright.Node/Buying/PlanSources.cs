using DataBright.Compute.Buying;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Index;
using DataBright.Market.Trust;
using DataBright.Node.Rest;
using DataBright.Storage;

namespace DataBright.Node.Buying;

/// <summary>What a job on a dataset is planned from, as far as this node has it.</summary>
internal sealed class PlanSources(LedgerIndex index, IBlobStore blobs)
{
    private const int MaxShards = 1_000;
    private const long MaxHeldOut = 256L << 20;

    /// <exception cref="InvalidRequestException">This node does not know what the points look like.</exception>
    public async Task<DataSchema> PointsAsync(Dataset dataset, CancellationToken stop) =>
        await SchemaFile.FindAsync(blobs, dataset.Schema, stop) ?? throw Unknown(dataset.Id, "what its points look like");

    /// <summary>What is on the dataset's list now.</summary>
    /// <exception cref="InvalidRequestException">There are too many, or this node does not know where one is.</exception>
    public IReadOnlyList<ShardReference> Listed(DatasetId id)
    {
        var listed = index.Datasets.Shards(id, new SliceRequest(MaxShards));
        if (listed.Next is not null) throw Unknown(id, $"all of its shards, which are more than {MaxShards}");
        return [.. listed.Items.Where(shard => !shard.Delisted).Select(shard => new ShardReference(
            shard.Root, shard.Count, shard.Cid ?? throw Unknown(id, $"where shard {shard.Number} is")))];
    }

    /// <exception cref="InvalidRequestException">This node does not know how the dataset measures.</exception>
    public async Task<MeasurementTerms> TermsAsync(Dataset dataset, CancellationToken stop)
    {
        try
        {
            return await MeasurementTerms.ReadAsync(blobs, dataset, stop);
        }
        catch (Exception absent) when (absent is BlobException or BadPlanException)
        {
            throw Unknown(dataset.Id, "how it is measured");
        }
    }

    /// <exception cref="InvalidRequestException">This node does not have the held-out set, or the dataset's terms are none.</exception>
    public async Task<ShardReference> HeldOutAsync(Dataset dataset, CancellationToken stop)
    {
        try
        {
            if (await TrainingOrder.HeldOutAsync(blobs, dataset, MaxHeldOut, stop) is { } found) return found;
        }
        catch (BadPlanException bad)
        {
            throw Impossible(bad);
        }
        catch (Exception absent) when (absent is BlobException or FormatException)
        {
            // Said below.
        }
        throw Unknown(dataset.Id, "what it is measured on");
    }

    /// <summary>The only live key of a role.</summary>
    /// <param name="role">Scheduler or referee.</param>
    /// <param name="command">Lets its user choose one of several.</param>
    /// <exception cref="InvalidRequestException">There is none, or there are several.</exception>
    public Address Only(TrustedRole role, string command)
    {
        var (live, word) = (index.TrustedKeys.List().Where(key => key.Role == role && !key.Revoked).ToList(),
            role.ToString().ToLowerInvariant());
        return live switch
        {
            [var only] => only.Key,
            [] => throw new InvalidRequestException(word, $"No {word} is registered on this market, so nobody could run the job."),
            _ => throw new InvalidRequestException(word,
                $"This market has several {word}s; the command line lets you choose: {command} --{word}-key N"),
        };
    }

    /// <summary>A plan as the market takes it.</summary>
    /// <exception cref="InvalidRequestException">Nobody could carry it out.</exception>
    public static JobPlan Require(Func<JobPlan> plan)
    {
        try
        {
            return plan();
        }
        catch (BadPlanException bad)
        {
            throw Impossible(bad);
        }
    }

    private static InvalidRequestException Impossible(BadPlanException bad) =>
        new("plan", $"Nobody could carry it out: {bad.Problem}.");

    private static InvalidRequestException Unknown(DatasetId id, string what) =>
        new("dataset", $"This node does not know {what} of dataset {id}, so no job can be planned here. Ask a node that has the dataset.");
}
