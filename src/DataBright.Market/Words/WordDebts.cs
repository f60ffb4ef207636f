using DataBright.Market.Owed;

namespace DataBright.Market.Words;

/// <summary>How what a word owes an account is found out.</summary>
/// <param name="What">What is found out, for where it cannot be: <c>what requests owe</c>.</param>
/// <param name="AddAsync">Adds what is owed, and what is not the account's yet.</param>
internal sealed record WordDebts(string What, Func<OwedReading, Task> AddAsync);
