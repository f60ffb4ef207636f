using System.Globalization;
using System.Text.Json.Serialization;
using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>The number of a prediction channel on the ledger, counted from one.</summary>
[JsonConverter(typeof(IdConverter<ChannelId>))]
public readonly record struct ChannelId(ulong Value) : ILedgerId<ChannelId>
{
    static string ILedgerId<ChannelId>.Noun => "channel";

    public static implicit operator Uint256(ChannelId id) => id.Value;

    public static ChannelId Parse(string text) => LedgerIds.Parse<ChannelId>(text);

    public static ChannelId From(ulong value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
