namespace DataBright.Cli.Completion;

/// <summary>For bash from 3.2 on, which macOS has.</summary>
internal sealed class BashCommand() : CompletionVerb("bash", "Print the completion script for bash", "completion bash >> ~/.bashrc",
    """
    _databright() {
      local line=databright current=${COMP_WORDS[COMP_CWORD]} said i
      for ((i = 1; i < COMP_CWORD; i++)); do
        line="$line \"${COMP_WORDS[i]//[\"\'\\]/}\""
      done
      line="$line " current=${current#[\"\']}
      COMPREPLY=()
      while IFS= read -r said; do
        [[ $said == "$current"* ]] || continue
        [[ $current == -* || $said != [-/]* ]] || continue
        COMPREPLY[${#COMPREPLY[@]}]=$(printf %q "$said")
      done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
    }
    complete -o default -F _databright databright ./databright
    """);
