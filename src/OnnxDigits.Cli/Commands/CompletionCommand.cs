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
                local words=$(infer completion suggest $COMP_POINT "$COMP_LINE" 2>/dev/null | sed 's/^--[a-z-]*=//')
                local word=${COMP_WORDS[COMP_CWORD]}
                COMPREPLY=($(compgen -W "$words" -- "${word#=}"))
            }
            complete -o default -F _infer infer
            """,
        ["zsh"] = """
            # In ~/.zshrc, after compinit: eval "$(infer completion zsh)"
            _infer() {
                local -a found
                found=("${(@f)$(infer completion suggest $CURSOR "$BUFFER" 2>/dev/null)}")
                compadd -- $found
                _files
            }
            compdef _infer infer
            """,
        ["fish"] = """
            # In ~/.config/fish/config.fish: infer completion fish | source
            complete --command infer \
                --arguments '(infer completion suggest (commandline --cursor) (commandline) 2>/dev/null)'
            """,
        ["pwsh"] = """
            # In $PROFILE: infer completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName infer -ScriptBlock {
                param($word, $line, $position)
                infer completion suggest $position "$line" 2>$null | ForEach-Object {
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
        var position = new Argument<int>("POSITION");
        var line = new Argument<string>("LINE");
        var command = new Command("suggest") { position, line };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            string text = parsed.GetValue(line)!;
            text = text[..Math.Clamp(parsed.GetValue(position), 0, text.Length)];
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
