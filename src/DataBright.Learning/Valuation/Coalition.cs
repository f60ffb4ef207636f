using System.Numerics;

namespace DataBright.Learning.Valuation;

/// <summary>A set of participants, numbered from 0. Immutable; equal when the members are.</summary>
public sealed class Coalition : IEquatable<Coalition>
{
    private readonly ulong[] _words;

    private Coalition(ulong[] words)
    {
        // Without trailing zeros equal sets have equal words.
        var length = words.Length;
        while (length > 0 && words[length - 1] == 0) length--;
        _words = words[..length];
    }

    /// <summary>Nobody.</summary>
    public static Coalition Empty { get; } = new([]);

    /// <summary>How many members there are.</summary>
    public int Count => _words.Sum(BitOperations.PopCount);

    /// <summary>The members in ascending order.</summary>
    public IEnumerable<int> Members
    {
        get
        {
            for (var word = 0; word < _words.Length; word++)
                for (var left = _words[word]; left != 0; left &= left - 1)
                    yield return 64 * word + BitOperations.TrailingZeroCount(left);
        }
    }

    /// <summary>The participants 0 … count − 1.</summary>
    public static Coalition Everyone(int count) => Of(Enumerable.Range(0, count));

    /// <summary>The given participants.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is negative.</exception>
    public static Coalition Of(params IEnumerable<int> members)
    {
        var words = new List<ulong>();
        foreach (var member in members)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(member, nameof(members));
            while (words.Count <= member / 64) words.Add(0);
            words[member / 64] |= 1UL << (member % 64);
        }

        return new Coalition([.. words]);
    }

    /// <summary>The participants whose bits are set.</summary>
    public static Coalition OfBits(ulong bits) => new([bits]);

    /// <summary>True for a member.</summary>
    public bool Contains(int participant) => participant / 64 < _words.Length && (_words[participant / 64] >> (participant % 64) & 1) != 0;

    /// <summary>The same members and one more.</summary>
    public Coalition With(int participant)
    {
        var words = new ulong[Math.Max(_words.Length, participant / 64 + 1)];
        _words.CopyTo(words, 0);
        words[participant / 64] |= 1UL << (participant % 64);
        return new Coalition(words);
    }

    /// <summary>The same members without one.</summary>
    public Coalition Without(int participant)
    {
        var words = (ulong[])_words.Clone();
        if (participant / 64 < words.Length) words[participant / 64] &= ~(1UL << (participant % 64));
        return new Coalition(words);
    }

    /// <inheritdoc />
    public bool Equals(Coalition? other) => other is not null && _words.AsSpan().SequenceEqual(other._words);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Coalition);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var word in _words) hash.Add(word);
        return hash.ToHashCode();
    }

    /// <summary>For example <c>{0, 3}</c>.</summary>
    public override string ToString() => $"{{{string.Join(", ", Members)}}}";
}
