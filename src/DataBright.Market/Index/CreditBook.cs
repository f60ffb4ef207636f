using DataBright.Ethereum;
using DataBright.Storage.Sql;

namespace DataBright.Market.Index;

/// <summary>What contracts other than the jobs owe accounts.</summary>
internal static class CreditBook
{
    public static void Give(SqlSession index, Address contract, Address account, UInt128 amount)
    {
        var owed = index.Amount("SELECT owed FROM contract_credits WHERE contract = $1 AND account = $2", contract, account);
        owed = checked(owed + amount);
        index.Run(
            """
            INSERT INTO contract_credits (contract, account, owed, withdrawn) VALUES ($1, $2, $3, $4)
            ON CONFLICT (account, contract) DO UPDATE SET owed = $3
            """,
            contract, account, owed, UInt128.Zero);
    }

    public static void Withdraw(SqlSession index, Address contract, Address account, UInt128 amount)
    {
        var owed = index.Amount("SELECT owed FROM contract_credits WHERE contract = $1 AND account = $2", contract, account);
        var withdrawn = index.Amount("SELECT withdrawn FROM contract_credits WHERE contract = $1 AND account = $2", contract, account);
        index.Change(
            $"a credit of {account}", "UPDATE contract_credits SET owed = $3, withdrawn = $4 WHERE contract = $1 AND account = $2",
            contract, account, checked(owed - amount), checked(withdrawn + amount));
    }
}
