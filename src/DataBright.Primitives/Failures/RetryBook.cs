using System.Collections.Concurrent;

namespace DataBright.Failures;

/// <summary>The failures of many things of one kind. Only those that failed take room.</summary>
/// <param name="terms">How fast and how often each is tried again.</param>
/// <param name="clock">The time.</param>
/// <param name="chance">Spreads the pauses; null keeps them as they are.</param>
public sealed class RetryBook<TKey>(RetryTerms terms, TimeProvider clock, Random? chance = null) where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Retries> _failed = [];

    /// <summary>Those that are not tried again, each with its reason.</summary>
    public IReadOnlyDictionary<TKey, string> GivenUp =>
        _failed.Where(one => one.Value.IsGivenUp).ToDictionary(one => one.Key, one => one.Value.Reason ?? "");

    /// <summary>Whether a thing may be tried now.</summary>
    public bool IsDue(TKey key) => !_failed.TryGetValue(key, out var retries) || retries.IsDue;

    /// <inheritdoc cref="Retries.Fail"/>
    public RetryStep Fail(TKey key, Exception fault, bool counts = true) =>
        _failed.GetOrAdd(key, _ => new Retries(terms, clock, chance)).Fail(fault, counts);

    /// <summary>It went well, or is no more.</summary>
    /// <returns>Whether it had failed before.</returns>
    public bool Forget(TKey key) => _failed.TryRemove(key, out _);

    /// <summary>Begins anew with all that a condition holds for.</summary>
    public void ForgetAll(Func<TKey, bool> which)
    {
        foreach (var key in _failed.Keys.Where(which)) _failed.TryRemove(key, out _);
    }
}
