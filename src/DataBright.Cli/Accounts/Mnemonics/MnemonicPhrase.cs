using System.Security.Cryptography;
using DataBright.Ethereum;
using DataBright.Terminal;
using NBitcoin;

namespace DataBright.Cli.Accounts.Mnemonics;

/// <summary>The words that keys are derived from (BIP-39), by NBitcoin.</summary>
/// <remarks>
/// Entropy, seed and key bytes are overwritten after use. The words themselves, and what NBitcoin derives on the way, are managed
/// objects that cannot be: they stay in memory until the process ends, which is why only two short commands ever hold them.
/// </remarks>
internal sealed class MnemonicPhrase
{
    /// <summary>More than 24 of the longest words.</summary>
    public const int MaxCharacters = 1_000;

    private static readonly (string Language, Lazy<Wordlist> Words)[] Lists =
    [
        ("English", new(() => Wordlist.English)), ("Spanish", new(() => Wordlist.Spanish)), ("French", new(() => Wordlist.French)),
        ("Czech", new(() => Wordlist.Czech)),
        ("Portuguese", new(() => Wordlist.PortugueseBrazil)), ("Japanese", new(() => Wordlist.Japanese)),
        ("simplified Chinese", new(() => Wordlist.ChineseSimplified)), ("traditional Chinese", new(() => Wordlist.ChineseTraditional)),
    ];

    private readonly Mnemonic _mnemonic;

    private MnemonicPhrase(Mnemonic mnemonic) => _mnemonic = mnemonic;

    /// <summary>How many words there may be.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [12, 15, 18, 21, 24];

    /// <summary>The words in order. Secret.</summary>
    public IReadOnlyList<string> Words => _mnemonic.Words;

    /// <summary>New words, in English, from the platform's secure random numbers.</summary>
    /// <param name="words">One of <see cref="Lengths"/>.</param>
    public static MnemonicPhrase Generate(int words)
    {
        var entropy = RandomNumberGenerator.GetBytes(words / 3 * 4);
        try
        {
            return new MnemonicPhrase(new Mnemonic(Wordlist.English, entropy));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(entropy);
        }
    }

    /// <summary>Reads words of any of the lists; what is wrong with them is told by their places, never by the words.</summary>
    /// <exception cref="Failure">There are too few or too many, some are in no list, or they do not belong together.</exception>
    public static MnemonicPhrase Parse(string text)
    {
        if (text.Length > MaxCharacters)
            throw Wrong($"The text is longer than any mnemonic: {MaxCharacters} characters at most are read.");
        // Some programs write a byte order mark before what they send.
        var words = text.TrimStart('\uFEFF').ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (!Lengths.Contains(words.Length))
            throw Wrong(
                $"A mnemonic has {string.Join(", ", Lengths.SkipLast(1))} or {Lengths[^1]} words; "
                + $"{(words.Length == 1 ? "this is one" : $"these are {words.Length}")}.");
        var readings = Lists.Select(list => (list.Language, list.Words, Unknown: Unknown(words, list.Words.Value)))
            .OrderBy(reading => reading.Unknown.Count).ToList();
        if (readings[0].Unknown is { Count: > 0 } places)
            throw Wrong(places.Count == words.Length
                ? $"None of the {words.Length} words is in a list that is known here: "
                    + $"{string.Join(", ", Lists.Select(list => list.Language))}."
                : $"{(places.Count == 1 ? $"Word {places[0]} is" : $"Words {string.Join(", ", places)} are")} not in the "
                    + $"{readings[0].Language} word list. Check the spelling.");
        // Some words are in two lists: the checksum tells which one was meant.
        var read = readings.Where(reading => reading.Unknown.Count == 0)
            .Select(reading => new Mnemonic(string.Join(' ', words), reading.Words.Value)).ToList();
        return read.FirstOrDefault(mnemonic => mnemonic.IsValidChecksum) is { } whole ? new MnemonicPhrase(whole)
            : throw Wrong(
                $"All {words.Length} words are in the {readings[0].Language} word list, but they do not belong together: one is another "
                + "word than was written down, or two have changed places.");
    }

    /// <summary>The key at the end of a path; the caller disposes it.</summary>
    /// <param name="path">The path.</param>
    /// <param name="passphrase">Of BIP-39, which leads to other keys; empty for none.</param>
    /// <exception cref="Failure">The passphrase has a character whose normal form is not certain.</exception>
    public EthereumKey Derive(DerivationPath path, string passphrase)
    {
        if (NfkdText.FindUncertain(passphrase) is { } rune)
            throw Wrong(
                $"The passphrase has the character U+{rune.Value:X4} in a place where this program cannot be sure of its normal form, and "
                + "would derive another key than your wallet does. Export the private key there and import that.");
        var seed = _mnemonic.DeriveSeed(passphrase);
        byte[]? secret = null;
        try
        {
            using var key = ExtKey.CreateFromSeed(seed).Derive(new KeyPath([.. path.Steps])).PrivateKey;
            secret = key.ToBytes();
            return EthereumKey.FromBytes(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Never the words.</summary>
    public override string ToString() => $"{Words.Count} words";

    /// <summary>The places, from 1, of the words that a list does not have.</summary>
    private static List<int> Unknown(string[] words, Wordlist list) =>
        [.. Enumerable.Range(1, words.Length)
            .Where(place => NfkdText.FindUncertain(words[place - 1]) is not null || !list.WordExists(words[place - 1], out _))];

    private static Failure Wrong(string what) => new(ExitCode.BadInput, $"{what} Nothing was written.");
}
