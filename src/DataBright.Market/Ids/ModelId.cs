using System.Globalization;
using System.Text.Json.Serialization;
using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>The number of a model on the ledger, counted from one.</summary>
[JsonConverter(typeof(IdConverter<ModelId>))]
public readonly record struct ModelId(ulong Value) : ILedgerId<ModelId>
{
    static string ILedgerId<ModelId>.Noun => "model";

    public static implicit operator Uint256(ModelId id) => id.Value;

    public static ModelId Parse(string text) => LedgerIds.Parse<ModelId>(text);

    public static ModelId From(ulong value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
