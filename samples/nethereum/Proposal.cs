using System.Globalization;
using System.Numerics;

namespace NethereumSample;

/// <summary>What the sample shows of a proposal.</summary>
internal sealed record Proposal(BigInteger Id, BigInteger Dataset, string State, BigInteger Points, BigInteger Snapshot,
    DateTimeOffset Deadline)
{
    private static readonly string[] States = ["unknown", "open", "accepted", "rejected", "expired", "delisted"];

    /// <summary>Of the parts of the contract's struct, by name.</summary>
    public static Proposal Of(BigInteger id, Dictionary<string, object> facts) => new(
        id, (BigInteger)facts["datasetId"], States[(int)(BigInteger)facts["state"]], (BigInteger)facts["count"],
        (BigInteger)facts["snapshot"],
        DateTimeOffset.FromUnixTimeSeconds((long)(BigInteger)facts["deadline"]));

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"proposal {Id}: {State} until {Deadline:u}, {Points} points");
}
