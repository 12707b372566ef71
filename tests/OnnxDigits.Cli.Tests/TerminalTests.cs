using System.Text.RegularExpressions;

namespace OnnxDigits.Cli.Tests;

/// <summary>Tests color and progress on a terminal.</summary>
public sealed partial class TerminalTests : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "infer.dll");

    private readonly DigitFolder _folder = DigitFolder.WithDigits(10);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", true)]
    [InlineData("1", false)]
    public void Table_InATerminal_IsColouredUnlessNoColorIsSet(string noColor, bool coloured)
    {
        if (!OperatingSystem.IsLinux()) return;
        string shown = InATerminal($"NO_COLOR={noColor} dotnet '{Program}' '{_folder.Combine("none.png")}' -q");
        Assert.Contains("Cannot read", shown);
        Assert.Equal(coloured, shown.Contains("\e[31m", StringComparison.Ordinal));
    }

    [Fact]
    public void Progress_InATerminal_HasRateAndTimeLeftAndIsGoneAtTheEnd()
    {
        if (!OperatingSystem.IsLinux()) return;
        // Enough images for the progress bar to appear.
        string list = _folder.Combine("list.txt"), rows = _folder.Combine("rows.csv");
        string[] digits = Directory.GetFiles(_folder.Path, "*.png", SearchOption.AllDirectories);
        File.WriteAllLines(list, Enumerable.Range(0, 10_000).Select(n => digits[n % digits.Length]));
        string links = Directory.CreateDirectory(_folder.Combine("many")).FullName;
        for (int n = 0; n < 10_000; n++)
        {
            File.CreateSymbolicLink(Path.Combine(links, $"{n}.png"), digits[n % digits.Length]);
        }

        string ofAFolder = InATerminal($"dotnet '{Program}' '{links}' -t 1 -f csv > '{rows}'");
        Assert.Matches(@"\d+% +\d+ images, \d+/s +\d\d:\d\d:\d\d", Text(ofAFolder));
        // The progress bar is erased before the summary.
        Assert.Matches(@"\e\[2K[^%]*10000 images: 10000 ok", ofAFolder);
        Assert.Equal(10_001, File.ReadLines(rows).Count());

        string ofAList = InATerminal($"dotnet '{Program}' --files-from '{list}' -t 1 -f csv > '{rows}'");
        Assert.Matches(@"\d+ images, \d+/s +\d\d:\d\d:\d\d", Text(ofAList));
        Assert.DoesNotContain("%", Text(ofAList));
    }

    [Fact]
    public void Progress_WithoutATerminalOrQuiet_IsNotShown()
    {
        if (!OperatingSystem.IsLinux()) return;
        var run = ProcessRun.Of("dotnet", Program, _folder.Path, "-f", "csv");
        Assert.StartsWith("10 images: 10 ok", run.Error);
        string rows = _folder.Combine("rows.csv");
        string quiet = InATerminal($"dotnet '{Program}' '{_folder.Path}' -q -t 1 -f csv > '{rows}'");
        Assert.Equal("", Text(quiet));
    }

    // The script program runs the command on a pseudoterminal and copies its output.
    private static string InATerminal(string command)
    {
        var (code, output, error) = ProcessRun.Of("env", "TERM=xterm-256color", "script", "-qec", command, "/dev/null");
        Assert.InRange(code, 0, 1);
        Assert.Equal("", error);
        return output;
    }

    private static string Text(string shown) => Control().Replace(shown, "");

    [GeneratedRegex(@"\e(\[[0-9;?]*[A-Za-z]|=)")]
    private static partial Regex Control();
}
