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
        int label = DigitFolder.Set.Test.Label(0), other = (label + 1) % 10;
        _folder.Write($"{other}/moved.png", DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0)));
        string images = _folder.Combine($"{label}/000.png' '{_folder.Combine($"{other}/moved.png' 'none.png")}");
        string command = $"NO_COLOR={noColor} dotnet '{Program}' '{images}' -q";
        string[] lines = InATerminal(command).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        Assert.Contains("Cannot read", lines[^1]);
        Assert.Equal(coloured ? ["", "", "\e[33m", "\e[31m", ""] : ["", "", "", "", ""], lines.Select(Color));
        Assert.Equal(coloured ? ["", "", "\e[0m", "", "\e[0m"] : ["", "", "", "", ""], lines.Select(Ending));

        string rows = _folder.Combine("rows.txt");
        InATerminal($"NO_COLOR={noColor} dotnet '{Program}' none.png -q -o '{rows}'");
        Assert.DoesNotContain('\e', File.ReadAllText(rows));

        static string Color(string line) => line.StartsWith('\e') ? line[..5] : "";
        static string Ending(string line) => line.EndsWith("\e[0m", StringComparison.Ordinal) ? line[^4..] : "";
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
