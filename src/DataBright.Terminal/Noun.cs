using System.CommandLine;

namespace DataBright.Terminal;

/// <summary>A market word with the verbs that act on it.</summary>
public class Noun : Command
{
    public Noun(string name, string description, params Verb[] verbs)
        : base(name, description)
    {
        foreach (var verb in verbs)
            Subcommands.Add(verb);
    }
}
