namespace DataBright.Cli.Completion;

/// <summary>For zsh with its completion system loaded (<c>autoload -Uz compinit; compinit</c>).</summary>
internal sealed class ZshCommand() : CompletionVerb("zsh", "Print the completion script for zsh", "completion zsh >> ~/.zshrc",
    """
    _databright() {
      local line=databright current=${(Q)PREFIX} said word
      local -a found
      for word in "${(@)words[2,CURRENT-1]}"; do
        line="$line \"${${(Q)word}//\"/}\""
      done
      line="$line "
      while IFS= read -r said; do
        [[ $said == "$current"* ]] || continue
        [[ $current == -* || $said != [-/]* ]] && found+=("$said")
      done < <("${(Q)words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)
      if (( $#found )); then compadd -a found; else _files; fi
    }
    compdef _databright databright
    """);
