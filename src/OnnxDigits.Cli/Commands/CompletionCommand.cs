using System.CommandLine;

namespace OnnxDigits.Cli.Commands;

/// <summary>Represents <c>infer completion SHELL</c>, which prints a completion script for a shell.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        // Bash splits words at '=', so the name before it is not part of the completed word.
        ["bash"] = """
            # In ~/.bashrc: eval "$(infer completion bash)"
            _infer() {
                local IFS=$'\n'
                local words=$(infer completion suggest "${COMP_LINE:0:$COMP_POINT}" 2>/dev/null | sed 's/^--[a-z-]*=//')
                local word=${COMP_WORDS[COMP_CWORD]}
                COMPREPLY=($(compgen -W "$words" -- "${word#=}"))
            }
            complete -o default -F _infer infer
            """,
        ["zsh"] = """
            # In ~/.zshrc, after compinit: eval "$(infer completion zsh)"
            _infer() {
                local -a found
                found=("${(@f)$(infer completion suggest "${words[1,CURRENT-1]} $PREFIX" 2>/dev/null)}")
                compadd -- $found
                _files
            }
            compdef _infer infer
            """,
        ["fish"] = """
            # In ~/.config/fish/config.fish: infer completion fish | source
            complete --command infer \
                --arguments '(infer completion suggest (commandline --cut-at-cursor --current-process) 2>/dev/null)'
            """,
        ["pwsh"] = """
            # In $PROFILE: infer completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName infer -ScriptBlock {
                param($word, $line, $position)
                # $line lacks the spaces at its end.
                $length = $position - $line.Extent.StartOffset
                $start = "$line".PadRight($length).Substring(0, $length)
                infer completion suggest $start 2>$null | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    public static Command Create(InferConsole console)
    {
        string shells = string.Join(", ", Scripts.Keys);
        var shell = new Argument<string>("SHELL") { Description = $"The shell: {shells}." };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Scripts.ContainsKey(token.Value))
            {
                result.AddError($"SHELL must be one of {shells}, not '{token.Value}'.");
            }
        });
        var command = new Command("completion", "Prints a script that completes the options of infer in a shell.")
        {
            shell, Suggest(console),
        };
        command.SetAction(parsed => console.Output.WriteLine(Scripts[parsed.GetValue(shell)!]));
        return command;
    }

    /// <summary>Returns the command that the scripts run. It prints the words that can follow.</summary>
    private static Command Suggest(InferConsole console)
    {
        // The command line up to the cursor.
        var line = new Argument<string>("LINE");
        var command = new Command("suggest") { line };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            string text = parsed.GetValue(line)!;
            // The parser completes the value of an option only after a space.
            string word = text[(text.LastIndexOf(' ') + 1)..];
            int equals = word.StartsWith("--", StringComparison.Ordinal) ? word.IndexOf('=') + 1 : 0;
            if (equals > 0) text = $"{text[..^(word.Length - equals + 1)]} {word[equals..]}";
            var root = parsed.RootCommandResult.Command;
            foreach (var item in root.Parse(text).GetCompletions(text.Length))
            {
                console.Output.WriteLine(word[..equals] + item.InsertText);
            }
        });
        return command;
    }
}
