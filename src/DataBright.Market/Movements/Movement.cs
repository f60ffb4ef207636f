using DataBright.Ethereum;

namespace DataBright.Market.Movements;

/// <summary>A movement of an account's tokens.</summary>
/// <param name="At">When its block was made.</param>
/// <param name="Log">Its place in the block.</param>
/// <param name="Transaction">Zero for an opening.</param>
/// <param name="Counterparty">Whom it came from or went to.</param>
/// <param name="Source">What of the market it was for, such as <c>job 3</c>; null where it was for none.</param>
/// <param name="In">What came, in the token's smallest units.</param>
/// <param name="Out">What went.</param>
/// <param name="Balance">What the account then had of the token.</param>
public sealed record Movement(
    DateTimeOffset At, ulong Block, uint Log, Hash32 Transaction, Token Token, MovementKind Kind, Address Counterparty, string? Source,
    UInt128 In, UInt128 Out, UInt128 Balance);
