using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>An act on the ledger as a value: its transaction, and the sum that a contract takes for it.</summary>
/// <remarks>Whoever sends it, prepares it for a wallet, carries it for others or tries it out takes it from the word's acts.</remarks>
public record LedgerAct(ContractCall Call)
{
    /// <summary>What has to be approved before; null where no money is taken.</summary>
    public MoneyApproval? Takes { get; init; }
}

/// <summary>An act whose receipt says what came of it.</summary>
/// <param name="Read">Reads the receipt of the transaction.</param>
public sealed record LedgerAct<T>(ContractCall Call, Func<Receipt, T> Read) : LedgerAct(Call);
