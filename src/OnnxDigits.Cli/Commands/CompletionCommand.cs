using System.CommandLine;

namespace OnnxDigits.Cli.Commands;

/// <summary>Represents <c>infer completion SHELL</c>, which prints a completion script for a shell.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            # In ~/.bashrc: eval "$(infer completion bash)"
            _infer() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(infer "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _infer infer
            """,
        ["zsh"] = """
            # In ~/.zshrc, after compinit: eval "$(infer completion zsh)"
            _infer() {
                local -a words
                words=("${(@f)$(infer "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                compadd -- $words
                _files
            }
            compdef _infer infer
            """,
        ["fish"] = """
            # In ~/.config/fish/config.fish: infer completion fish | source
            complete --command infer --arguments '(infer "[suggest:"(commandline --cursor)"]" (commandline) 2>/dev/null)'
            """,
        ["pwsh"] = """
            # In $PROFILE: infer completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName infer -ScriptBlock {
                param($word, $line, $position)
                infer "[suggest:$position]" "$line" 2>$null | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    public static Command Create(InferConsole console)
    {
        var shell = new Argument<string>("SHELL") { Description = $"The shell: {string.Join(", ", Scripts.Keys)}." };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        shell.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !Scripts.ContainsKey(result.Tokens[0].Value))
            {
                result.AddError(
                    $"SHELL must be one of {string.Join(", ", Scripts.Keys)}, not '{result.Tokens[0].Value}'.");
            }
        });
        var command = new Command(
            "completion", "Prints a script that completes the options of infer in a shell.") { shell };
        command.SetAction(parsed => console.Output.WriteLine(Scripts[parsed.GetValue(shell)!]));
        return command;
    }
}
