using System.Text;

namespace DataBright.EndToEnd;

/// <summary>Processes that still have a data folder on their command line.</summary>
internal static class Leftovers
{
    public static async Task<IReadOnlyList<string>> OfAsync(string home)
    {
        // A child that has just been told to end may take a moment: the kernel is asked until it is gone, for a bounded number of times.
        for (var attempt = 0; ; attempt++)
        {
            var found = Find(home).Select(line => line.Words).ToList();
            if (found.Count == 0 || attempt == 100)
                return found;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The ids of processes whose command line holds both.</summary>
    public static IReadOnlyList<int> Ids(string home, string word) =>
        [.. Find(home).Where(line => line.Words.Contains(word, StringComparison.Ordinal)).Select(line => line.Id)];

    /// <summary>kill -9 of the processes whose command line holds both; how many there were.</summary>
    public static int Kill(string home, string word)
    {
        var ids = Ids(home, word);
        foreach (var id in ids)
        {
            using var victim = System.Diagnostics.Process.GetProcessById(id);
            victim.Kill();
        }

        return ids.Count;
    }

    private static IEnumerable<(int Id, string Words)> Find(string home)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id))
                continue;
            string words;
            try
            {
                words = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, "cmdline"))).Replace('\0', ' ');
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            if (words.Contains(home, StringComparison.Ordinal))
                yield return (id, words);
        }
    }
}
