using System.Text.RegularExpressions;

namespace Docs;

/// <summary>Runs the commands in the table of docs/command-errors.md and compares their codes and messages.</summary>
public sealed partial class CommandErrorsTests
{
    public static TheoryData<string, int, string> Mistakes =>
    [
        .. from line in Repository.Read("docs/command-errors.md").Split('\n')
           let row = Row().Match(line)
           where row.Success
           select (row.Groups[1].Value, int.Parse(row.Groups[2].Value), row.Groups[3].Value),
    ];

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public void Infer_Mistake_GivesTheCodeAndTheMessageOnThePage(string command, int code, string message)
    {
        using var folder = new ReaderFolder();
        var (actual, output) = Repository.Run(folder.Path, "sh", "-c", $"PATH=\"$PWD/bin:$PATH\"; {command}");
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.Equal(code, actual);
        Assert.DoesNotContain("\n   at ", output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\| `(infer[^`]*)` \| (\d+) \| (.+) \|$")]
    private static partial Regex Row();
}
