using System.Text.Json.Serialization;

namespace DataBright.Market.Owed;

/// <summary>Why the market owes somebody money. Each word offers its own kinds as properties of this type.</summary>
/// <remarks>docs/ledger.md says of each what makes it and which call pays it.</remarks>
/// <param name="Name">Its name in documents.</param>
/// <param name="Label">How it is called, on pages and in the terminal.</param>
[JsonConverter(typeof(DebtKindConverter))]
public readonly record struct DebtKind(string Name, string Label)
{
    public override string ToString() => Name;
}
