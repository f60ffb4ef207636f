using System.Globalization;
using System.Text.Json.Serialization;
using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>The number of a request for data on the ledger, counted from one.</summary>
[JsonConverter(typeof(IdConverter<RequestId>))]
public readonly record struct RequestId(ulong Value) : ILedgerId<RequestId>
{
    static string ILedgerId<RequestId>.Noun => "request";

    public static implicit operator Uint256(RequestId id) => id.Value;

    public static RequestId Parse(string text) => LedgerIds.Parse<RequestId>(text);

    public static RequestId From(ulong value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
