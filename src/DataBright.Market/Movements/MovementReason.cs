namespace DataBright.Market.Movements;

/// <summary>Why a contract of the market took or paid tokens.</summary>
/// <param name="Source">What of the market it was for, such as <c>job 3</c>; null where it was for none.</param>
internal sealed record MovementReason(MovementKind Kind, string? Source);
