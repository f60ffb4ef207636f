namespace DataBright.Cli.Completion;

/// <summary>For PowerShell from 7.3 on; earlier ones take the quotes out of what they hand to a program.</summary>
internal sealed class PowerShellCommand()
    : CompletionVerb("pwsh", "Print the completion script for PowerShell", "completion pwsh >> $PROFILE",
    """
    Register-ArgumentCompleter -Native -CommandName databright, ./databright -ScriptBlock {
        param($current, $command, $cursor)
        $line = 'databright'
        foreach ($word in $command.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursor }) {
            $line += ' "' + ($word.Extent.Text -replace '["'']', '') + '"'
        }
        $line += ' '
        & $command.GetCommandName() "[suggest:$($line.Length)]" $line 2>$null |
            Where-Object { $_.StartsWith($current) -and ($current.StartsWith('-') -or $_ -notmatch '^[-/]') } |
            ForEach-Object {
                $text = if ($_ -match '^[\w./:=+-]+$') { $_ } else { "'" + ($_ -replace "'", "''") + "'" }
                [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
            }
    }
    """);
