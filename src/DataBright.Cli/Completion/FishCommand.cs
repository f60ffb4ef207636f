namespace DataBright.Cli.Completion;

/// <summary>For fish from 3.0 on.</summary>
internal sealed class FishCommand()
    : CompletionVerb("fish", "Print the completion script for fish", "completion fish > ~/.config/fish/completions/databright.fish",
    """
    function __databright_candidates
        set -l typed (commandline -opc)
        set -l current (commandline -ct)
        set -l line databright
        for word in $typed[2..-1]
            set line "$line \""(string replace -a '"' '' -- $word)"\""
        end
        set line "$line "
        set -l found
        for said in ($typed[1] "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null)
            string match -q -- '-*' "$current"; or not string match -q -r -- '^[-/]' "$said"; or continue
            set -a found $said
        end
        if set -q found[1]
            printf '%s\n' $found
        else
            __fish_complete_path "$current"
        end
    end
    complete -c databright -f -a '(__databright_candidates)'
    """);
