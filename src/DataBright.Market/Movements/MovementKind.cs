using System.Text.Json.Serialization;

namespace DataBright.Market.Movements;

/// <summary>Why tokens moved. Each word offers its own kinds as properties of this type.</summary>
/// <param name="Name">Its name in documents.</param>
[JsonConverter(typeof(MovementKindConverter))]
public readonly record struct MovementKind(string Name)
{
    /// <summary>What an account had before the first movement that is told.</summary>
    public static MovementKind Opening => new("Opening");

    /// <summary>From somebody to somebody, without the market.</summary>
    public static MovementKind Transfer => new("Transfer");

    /// <summary>Made out of nothing: test dollars, or shares for accepted points.</summary>
    public static MovementKind Minted => new("Minted");

    public override string ToString() => Name;
}
