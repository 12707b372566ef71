using OnnxDigits.Data;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;

namespace OnnxDigits.Tools.Explain;

/// <summary>Lists the test images that the networks misclassify.</summary>
internal static class Mistakes
{
    public static void AddTo(Page page, ShippedNetwork[] networks, DigitImages test)
    {
        (string Network, Mistake[] Mistakes)[] all = [.. networks.Select(network => (network.Name, Of(network, test)))];
        string[] head = ["network", "mistakes", "with a disputed label", "most frequent (label → prediction)"];
        page.AddTable("mistakes", head, all.Select(row => (string[])
        [
            row.Network, $"{row.Mistakes.Length:N0}", $"{row.Mistakes.Count(IsDisputed)}", Pairs(row.Mistakes),
        ]));
        page.AddFigure("disputed labels", $"{DisputedLabels.OfMnist.Count}");
        page.AddPicture("mistakes", palette => MistakesPicture.Draw(
            $"{all[^1].Network}: the most confident mistakes", all[^1].Mistakes, test, DisputedLabels.OfMnist,
            palette));
    }

    private static Mistake[] Of(ShippedNetwork network, DigitImages test) =>
    [
        .. network.Read(test.Pixels.Span)
            .Select((prediction, i) => new Mistake(i, test.Label(i), prediction.Digit ?? -1, prediction.Confidence))
            .Where(mistake => mistake.Digit != mistake.Label)
            .OrderByDescending(mistake => mistake.Confidence),
    ];

    private static string Pairs(Mistake[] mistakes) => string.Join(", ", mistakes
        .GroupBy(mistake => (mistake.Label, mistake.Digit))
        .OrderByDescending(pair => pair.Count()).ThenBy(pair => pair.Key)
        .Take(5)
        .Select(pair => $"{pair.Key.Label} → {pair.Key.Digit} ({pair.Count()})"));

    private static bool IsDisputed(Mistake mistake) => DisputedLabels.OfMnist.Contains(mistake.Index);
}
