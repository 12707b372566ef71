using System.CommandLine;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Commands;

/// <summary>Represents <c>--force</c>, which lets an output replace a file of the user.</summary>
internal sealed class ForceOption : Option<bool>
{
    public ForceOption()
        : base("--force") => Description = "Replace a file even if it may be yours.";

    /// <summary>Refuses to replace a file that is not a table of runs.</summary>
    /// <exception cref="IOException">The file exists.</exception>
    public void CheckTable(ParseResult parsed, string? path) =>
        Check(parsed, path, RunTable.IsTable, "has no table of runs");

    /// <summary>Refuses to replace a file that is not a page of runs.</summary>
    /// <exception cref="IOException">The file exists.</exception>
    public void CheckPage(ParseResult parsed, string path) =>
        Check(parsed, path, RunPage.IsPage, "isn't a page of runs");

    /// <summary>Refuses to replace a picture, because it can't be distinguished from a picture of the user.</summary>
    /// <exception cref="IOException">The file exists.</exception>
    public void CheckPicture(ParseResult parsed, string? path) => Check(parsed, path, _ => false, "may be yours");

    /// <summary>Refuses to replace an input, even if <c>--force</c> is given.</summary>
    /// <exception cref="IOException">The output is one of the inputs.</exception>
    public static void RefuseInputs(string? output, IEnumerable<string> inputs)
    {
        if (output is null || FileIdentity.Of(output) is not { } identity) return;
        foreach (string input in inputs)
        {
            if (ReplacementError.ForInput(output, identity, input) is { } error) throw new IOException(error);
        }
    }

    private void Check(ParseResult parsed, string? path, Func<string, bool> isResult, string reason)
    {
        if (path is null || parsed.GetValue(this)) return;
        if (ReplacementError.ForForeign(path, isResult, reason) is { } error) throw new IOException(error);
    }
}
