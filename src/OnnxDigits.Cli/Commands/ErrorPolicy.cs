using System.CommandLine;
using Shared;

namespace OnnxDigits.Cli.Commands;

/// <summary>How many inputs may fail before a run stops.</summary>
internal sealed class ErrorPolicy
{
    private const string Continue = "continue";
    private const string Stop = "stop";

    private readonly Option<string> _onError = new("--on-error")
    {
        Description = "What an input that fails does: continue makes it a row, stop ends the run with it.",
        HelpName = $"{Continue}|{Stop}",
        DefaultValueFactory = _ => Continue,
    };

    private readonly Option<int> _maxErrors = new("--max-errors")
    {
        Description = "Stop when this many inputs have failed.",
        HelpName = "N",
    };

    public void AddTo(Command command)
    {
        CommonOptions.OneOf(_onError, Continue, Stop);
        CommonOptions.Within(_maxErrors, 1, int.MaxValue);
        command.Add(_onError);
        command.Add(_maxErrors);
    }

    /// <exception cref="UsageException">As many inputs have failed as may.</exception>
    public void Check(ParseResult parsed, int failed)
    {
        int most = parsed.GetValue(_onError) == Stop ? 1 : parsed.GetValue(_maxErrors);
        if (most > 0 && failed >= most)
            throw new UsageException(
                $"stopped at the {(most == 1 ? "first input" : $"{most} inputs")} that failed ({_onError.Name}, {_maxErrors.Name}).",
                ExitCode.Failed);
    }
}
