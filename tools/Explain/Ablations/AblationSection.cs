using System.Globalization;
using OnnxDigits.Training.Reports.Pictures;
using Plot = ScottPlot.Plot;

namespace OnnxDigits.Tools.Explain.Ablations;

/// <summary>What each part of the convolutional network is worth: trained without it.</summary>
internal static class AblationSection
{
    public static IReadOnlyList<long> Seeds { get; } = [1, 2, 3];

    /// <param name="page">The page.</param>
    /// <param name="result">Gives the result of an ablation and a seed.</param>
    public static void Write(Page page, Func<Ablation, long, AblationResult> result)
    {
        (Ablation Ablation, AblationResult[] Results)[] rows =
            [.. Ablation.All.Select(ablation => (ablation, Seeds.Select(seed => result(ablation, seed)).ToArray()))];
        page.Line("### Taken apart");
        page.Line();
        page.Line("Each network is trained by the notebook's recipe for dense or conv as it stands, with one thing changed, on one thread,");
        page.Line($"for seeds {string.Join(", ", Seeds)}. Shuffled pixels lie in another order, the same for all images: all that was there still is, but");
        page.Line("what were neighbours are none. Results are kept in [explained/ablations](explained/ablations), each with a digest of what");
        page.Line("decides it, and `dotnet run -c Release --project tools/Explain -- ablate` trains what is missing or has changed.");
        page.Line();
        page.Line(Sentence(rows));
        page.Line();
        page.Picture("ablations", "Test accuracy of each network, a mark for each seed", palette => Draw(rows, palette));
        page.Table(
            ["network", "parameters", "mean", "lowest", "highest", "against conv"],
            rows.Select(row => (string[])
            [
                row.Ablation.Name,
                row.Results[0].Parameters.ToString("N0", CultureInfo.InvariantCulture),
                Four(Mean(row.Results)),
                Four(row.Results.Min(one => one.TestAccuracy)),
                Four(row.Results.Max(one => one.TestAccuracy)),
                (Mean(row.Results) - Mean(Of(rows, "conv"))).ToString("+0.0000;−0.0000;0", CultureInfo.InvariantCulture),
            ]));
    }

    private static string Sentence((Ablation Ablation, AblationResult[] Results)[] rows) => string.Create(
        CultureInfo.InvariantCulture,
        $"Shuffled, dense reads {100 * Mean(Of(rows, "dense, pixels shuffled")):0.00} % ({100 * Mean(Of(rows, "dense")):0.00} % as they are) and conv {100 * Mean(Of(rows, "conv, pixels shuffled")):0.00} % ({100 * Mean(Of(rows, "conv")):0.00} %): what conv is better by, it has from neighbours.");

    private static AblationResult[] Of((Ablation Ablation, AblationResult[] Results)[] rows, string name) =>
        rows.Single(row => row.Ablation.Name == name).Results;

    private static double Mean(AblationResult[] results) => results.Average(one => one.TestAccuracy);

    private static string Four(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static byte[] Draw((Ablation Ablation, AblationResult[] Results)[] rows, Palette palette)
    {
        using Plot plot = Drawing.CreatePlot(palette, "test accuracy", "");
        foreach ((int place, (_, AblationResult[] results)) in rows.Index())
        {
            double height = rows.Length - 1 - place;
            var marks = plot.Add.ScatterPoints(
                results.Select(one => one.TestAccuracy).ToArray(), results.Select(_ => height).ToArray(), palette.Right);
            marks.MarkerSize = 10;
            var mean = plot.Add.Line(Mean(results), height - 0.3, Mean(results), height + 0.3);
            mean.Color = palette.Wrong;
            mean.LineWidth = 2;
        }

        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. rows.Select((_, place) => (double)(rows.Length - 1 - place))], [.. rows.Select(row => row.Ablation.Name)]);
        plot.Axes.SetLimitsY(-0.6, rows.Length - 0.4);
        return Chart.Draw(plot, [new Legend.Entry("a seed", palette.Right, Ring: true), new Legend.Entry("mean", palette.Wrong)], palette);
    }
}
