using DataBright.Ethereum;
using DataBright.Storage.Sql;

namespace DataBright.Services.Relays;

/// <summary>What a relayer has carried: limits and answers outlive the process.</summary>
/// <remarks>Each call is whole or not at all. Where the store fails, it throws a <see cref="DatabaseException"/> that says what to
/// do.</remarks>
internal interface IRelayBook : IDisposable
{
    /// <summary>Why the store cannot be used now; null while it works. One that failed is tried again.</summary>
    DatabaseException? Trouble { get; }

    /// <summary>The newest errand of a name.</summary>
    RelayRecord? Last(string name);

    /// <summary>Errands after a time: of all, and those of one kind and account.</summary>
    /// <param name="kind">The first word of their names.</param>
    (int All, int OfAccount) Count(string kind, Address account, DateTimeOffset since);

    /// <summary>Notes an errand before it is sent.</summary>
    /// <returns>Its number, which no other has or will have.</returns>
    long Begin(string name, Address account, ulong block, DateTimeOffset at);

    /// <summary>Notes the transaction that carried it.</summary>
    void End(long number, Hash32 transaction);

    /// <summary>Nothing was sent after all.</summary>
    void Drop(long number);
}
