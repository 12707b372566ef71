using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;

namespace OnnxDigits.Tools.Explain;

/// <summary>What each network gets wrong, and how much of it people dispute.</summary>
internal static class MistakesSection
{
    public static void Write(Page page, IReadOnlyList<ExplainedNetwork> networks, DigitImages test)
    {
        page.Line("## Mistakes");
        page.Line();
        (string Network, Mistake[] Mistakes)[] all = [.. networks.Select(network => (network.Name, Of(network, test)))];
        page.Table(
            ["network", "mistakes", "of them disputed labels", "most confused pairs (label → read as)"],
            all.Select(one => (string[])
            [
                one.Network,
                one.Mistakes.Length.ToString("N0", CultureInfo.InvariantCulture),
                one.Mistakes.Count(IsDisputed).ToString(CultureInfo.InvariantCulture),
                Pairs(one.Mistakes),
            ]));
        page.Line($"Human reviewers dispute the labels of {DisputedLabels.OfMnist.Count} test images (C. Northcutt, A. Athalye and J. Mueller, Pervasive label");
        page.Line("errors in test sets, 2021): a network that reads them otherwise may be the one that is right.");
        page.Line();
        (string name, Mistake[] mistakes) = all[^1];
        page.Line($"The most confident mistakes of {name}, framed where the label is disputed: {Disputed(mistakes)}.");
        page.Line();
        page.Picture("mistakes", $"The most confident mistakes of {name}", palette =>
            MistakesPicture.Draw($"{name}: the most confident mistakes", mistakes, test, DisputedLabels.OfMnist, palette));
    }

    private static Mistake[] Of(ExplainedNetwork network, DigitImages test) =>
    [
        .. network.Read(test.Pixels.Span)
            .Select((reading, i) => new Mistake(i, test.Label(i), reading.Digit!.Value, reading.Confidence))
            .Where(mistake => mistake.Digit != mistake.Label)
            .OrderByDescending(mistake => mistake.Probability),
    ];

    private static string Pairs(Mistake[] mistakes) => string.Join(", ", mistakes
        .GroupBy(mistake => (mistake.Label, mistake.Digit))
        .OrderByDescending(pair => pair.Count()).ThenBy(pair => pair.Key)
        .Take(5)
        .Select(pair => $"{pair.Key.Label} → {pair.Key.Digit} ({pair.Count()})"));

    private static string Disputed(Mistake[] mistakes) =>
        string.Join(", ", mistakes.Take(MistakesPicture.MaxCount).Where(IsDisputed).Select(mistake => $"#{mistake.Index}"));

    private static bool IsDisputed(Mistake mistake) => DisputedLabels.OfMnist.Contains(mistake.Index);
}
