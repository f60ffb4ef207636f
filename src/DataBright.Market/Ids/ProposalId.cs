using System.Globalization;
using System.Text.Json.Serialization;
using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>The number of a proposal on the ledger, counted from one over all datasets.</summary>
[JsonConverter(typeof(IdConverter<ProposalId>))]
public readonly record struct ProposalId(ulong Value) : ILedgerId<ProposalId>
{
    static string ILedgerId<ProposalId>.Noun => "proposal";

    public static implicit operator Uint256(ProposalId id) => id.Value;

    public static ProposalId Parse(string text) => LedgerIds.Parse<ProposalId>(text);

    public static ProposalId From(ulong value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
