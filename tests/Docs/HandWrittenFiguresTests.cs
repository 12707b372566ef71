using System.Text.RegularExpressions;

namespace Docs;

/// <summary>
/// Figures that were measured stand only where a command writes them. Whole pages that commands write are left out:
/// ExplainedPageTests and the exporter's CoverageTests hold those.
/// </summary>
public sealed partial class HandWrittenFiguresTests
{
    private static readonly string[] WholePages = ["docs/explained.md", "docs/coverage.md"];

    /// <summary>What was not measured: aims, limits of code, and how a measurement is made.</summary>
    private static readonly Dictionary<string, string[]> Definitions = new()
    {
        ["docs/best.md"] =
        [
            "One digit more or less is 0.0002", "Elastic bending helps at 0.5 px", "The aim was 0.9970 and no less than 0.9960",
            "98 % of the photographs that no network was trained on, 103 of 105",
        ],
        ["docs/deploying.md"] = ["3 MB together"],
        ["docs/exporter.md"] = ["2 GiB"],
        ["docs/gpu.md"] = ["by more than 0.01 over four images", "makes 177 MB, past the 128 MiB", "end at 1 GiB", "with probabilities within 1e-4"],
        ["docs/preprocessing.md"] = ["from full to 45 % across", "deviation of about 5.7 of 255", "its ink 18 of 255"],
        ["docs/training.md"] = ["(0.987 for conv)"],
    };

    public static TheoryData<string> Pages =>
        [.. Repository.Pages.Where(page => page == "README.md" || page.StartsWith("docs/", StringComparison.Ordinal)).Except(WholePages)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_OutsideWhatCommandsWrite_HasNoMeasuredFigure(string page)
    {
        string byHand = Code().Replace(Written().Replace(Repository.Read(page), ""), "");
        foreach (string definition in Definitions.GetValueOrDefault(page, []))
        {
            // A sentence may break anywhere, and one that is gone must leave this list.
            string anywhere = Regex.Escape(definition).Replace("\\ ", "\\s+");
            Assert.Matches(anywhere, byHand);
            byHand = Regex.Replace(byHand, anywhere, "");
        }
        string[] figures = [.. Figure().Matches(byHand).Select(match => byHand[Math.Max(0, match.Index - 40)..Math.Min(byHand.Length, match.Index + 40)])];
        Assert.True(figures.Length == 0, $"{page} has figures that no command wrote:\n{string.Join('\n', figures)}");
    }

    [GeneratedRegex(@"<!-- (?<name>[\w-]+): written by .*?<!-- /\k<name> -->", RegexOptions.Singleline)]
    private static partial Regex Written();

    // Blocks behind fences, indented blocks, and spans.
    [GeneratedRegex(@"^```.*?^```|^ {4}.*?$|`[^`\n]*`", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();

    // Shares, ratios and differences; parts of a whole; rates, sizes of memory and factors.
    [GeneratedRegex(@"\b0\.\d|\d\s?%|\d of \d|\de[-−]\d|\d images/s|\d\s?[KMG]i?B\b|\d\.\d+\s(times|×)")]
    private static partial Regex Figure();
}
