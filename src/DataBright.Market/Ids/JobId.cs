using System.Globalization;
using System.Text.Json.Serialization;
using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>The number of a job on the ledger, counted from one.</summary>
[JsonConverter(typeof(IdConverter<JobId>))]
public readonly record struct JobId(ulong Value) : ILedgerId<JobId>
{
    static string ILedgerId<JobId>.Noun => "job";

    public static implicit operator Uint256(JobId id) => id.Value;

    public static JobId Parse(string text) => LedgerIds.Parse<JobId>(text);

    public static JobId From(ulong value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
