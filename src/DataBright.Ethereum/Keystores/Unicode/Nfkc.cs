using System.Globalization;
using System.Text;

namespace DataBright.Ethereum;

/// <summary>
/// Text in its normal form NFKC (Unicode, annex 15). .NET leaves text as it is where it runs without ICU, which this program does not
/// require; so the tables are its own, written by <c>build/nfkc.mjs</c>.
/// </summary>
internal static class Nfkc
{
    // Hangul syllables are computed (Unicode 3.12): there are eleven thousand of them.
    private const int FirstSyllable = 0xAC00, FirstLead = 0x1100, FirstVowel = 0x1161, BeforeTrails = 0x11A7, Leads = 19, Vowels = 21,
        Trails = 28;

    private static readonly Lazy<NormalForms> Forms = new(NormalForms.Read);

    public static string Of(string text)
    {
        if (Ascii.IsValid(text)) return text;
        var runes = Order(Apart(text));
        return string.Concat(Together(runes).Select(rune => rune.ToString()));
    }

    private static List<Rune> Apart(string text)
    {
        var apart = new List<Rune>();
        foreach (var rune in text.EnumerateRunes())
            if (rune.Value - FirstSyllable is >= 0 and < Leads * Vowels * Trails and var syllable)
            {
                apart.Add(new Rune(FirstLead + syllable / (Vowels * Trails)));
                apart.Add(new Rune(FirstVowel + syllable / Trails % Vowels));
                if (syllable % Trails > 0) apart.Add(new Rune(BeforeTrails + syllable % Trails));
            }
            else if (Forms.Value.Apart.TryGetValue(rune, out var parts)) apart.AddRange(parts);
            else apart.Add(rune);
        return apart;
    }

    /// <summary>Marks on one letter stand in the order of their classes; those of one class stay as they were.</summary>
    private static List<Rune> Order(List<Rune> runes)
    {
        for (var i = 1; i < runes.Count; i++)
            for (var at = i; at > 0 && Rank(runes[at]) is > 0 and var rank && Rank(runes[at - 1]) > rank; at--)
                (runes[at], runes[at - 1]) = (runes[at - 1], runes[at]);
        return runes;
    }

    private static List<Rune> Together(List<Rune> runes)
    {
        var (done, starter, last) = (new List<Rune>(), -1, 0);
        foreach (var rune in runes)
        {
            var rank = Rank(rune);
            var isBlocked = starter < 0 || done.Count - 1 > starter && (last == 0 || last >= rank);
            if (!isBlocked && Pair(done[starter], rune) is { } both)
            {
                done[starter] = both;
                continue;
            }
            if (rank == 0) starter = done.Count;
            last = rank;
            done.Add(rune);
        }
        return done;
    }

    private static Rune? Pair(Rune left, Rune right)
    {
        var (lead, vowel, trail, syllable) = (left.Value - FirstLead, right.Value - FirstVowel, right.Value - BeforeTrails,
            left.Value - FirstSyllable);
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels) return new Rune(FirstSyllable + (lead * Vowels + vowel) * Trails);
        if (syllable is >= 0 and < Leads * Vowels * Trails && syllable % Trails == 0 && trail is > 0 and < Trails)
            return new Rune(left.Value + trail);
        return Forms.Value.Pairs.TryGetValue((left, right), out var both) ? both : null;
    }

    private static int Rank(Rune rune) => rune.Value < 0x300 ? 0 : Forms.Value.Ranks.GetValueOrDefault(rune);

    /// <summary>The tables: what comes apart, the order of marks, what becomes one.</summary>
    private sealed record NormalForms(Dictionary<Rune, Rune[]> Apart, Dictionary<Rune, int> Ranks, Dictionary<(Rune, Rune), Rune> Pairs)
    {
        public static NormalForms Read()
        {
            using var file = new StreamReader(typeof(Nfkc).Assembly.GetManifestResourceStream("nfkc.txt")!);
            file.ReadLine();
            return new(
                Entries(file.ReadLine()!).ToDictionary(entry => Runes(entry[0])[0], entry => Runes(entry[1])),
                Entries(file.ReadLine()!).ToDictionary(entry => Runes(entry[0])[0],
                    entry => int.Parse(entry[1], CultureInfo.InvariantCulture)),
                Entries(file.ReadLine()!).ToDictionary(entry => (Runes(entry[0])[0], Runes(entry[0])[1]), entry => Runes(entry[1])[0]));
        }

        private static IEnumerable<string[]> Entries(string line) => line.Split(';').Select(entry => entry.Split('='));

        private static Rune[] Runes(string codes) =>
            [.. codes.Split(' ').Select(code => new Rune(int.Parse(code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)))];
    }
}
