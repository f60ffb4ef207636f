using System.Globalization;
using System.Text.Json.Serialization;
using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>The number of a dataset on the ledger, counted from one.</summary>
[JsonConverter(typeof(IdConverter<DatasetId>))]
public readonly record struct DatasetId(ulong Value) : ILedgerId<DatasetId>
{
    static string ILedgerId<DatasetId>.Noun => "dataset";

    public static implicit operator Uint256(DatasetId id) => id.Value;

    public static DatasetId Parse(string text) => LedgerIds.Parse<DatasetId>(text);

    public static DatasetId From(ulong value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
