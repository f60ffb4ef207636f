using System.Text;
using DataBright.Learning.Trainers;

namespace DataBright.Cli.Trainers;

/// <summary>
/// A command as one option: cut into words as a shell cuts them, quotes included. Nothing in it is replaced or executed by a shell.
/// </summary>
internal static class CommandWords
{
    /// <exception cref="FormatException">There is no word, or a quote is not closed.</exception>
    public static TrainerCommand Parse(string text)
    {
        var words = Cut(text);
        return words is [var program, .. var arguments]
            ? new TrainerCommand(program, [.. arguments]) { Folder = Environment.CurrentDirectory }
            : throw new FormatException($"'{text}' is no command such as 'python3 trainer.py'");
    }

    private static List<string> Cut(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, isWord) = ('\0', false);
        foreach (var c in text)
        {
            if (quote != '\0' ? c == quote : c is '"' or '\'')
                (quote, isWord) = (quote != '\0' ? '\0' : c, true);
            else if (quote == '\0' && char.IsWhiteSpace(c))
                isWord = End(isWord);
            else
            {
                word.Append(c);
                isWord = true;
            }
        }

        if (quote != '\0')
            throw new FormatException($"'{text}' opens a quote {quote} and does not close it");
        End(isWord);
        return words;

        bool End(bool hasWord)
        {
            if (hasWord)
                words.Add(word.ToString());
            word.Clear();
            return false;
        }
    }
}
