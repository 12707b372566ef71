using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Reports.Pictures;
using LinePattern = ScottPlot.LinePattern;
using Plot = ScottPlot.Plot;

namespace OnnxDigits.Tools.Explain;

/// <summary>How far the probabilities can be believed, and what a threshold costs and brings.</summary>
internal static class TrustSection
{
    private static readonly double[] Thresholds = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];

    public static void Write(Page page, IReadOnlyList<ExplainedNetwork> networks, DigitImages test)
    {
        (string Network, Calibration Calibration)[] all =
            [.. networks.Select(network => (network.Name, new Calibration(network.Read(test.Pixels.Span), test)))];
        page.Line("## Trust");
        page.Line();
        page.Line("A network that says 0.9 should be right nine times out of ten. The reliability diagram holds what was said");
        page.Line($"against what came, in {Calibration.Bins} bins; the expected calibration error is the mean distance, each bin by its images");
        page.Line("(C. Guo, G. Pleiss, Y. Sun and K. Weinberger, On calibration of modern neural networks, 2017).");
        page.Line();
        page.Picture("reliability", "Accuracy against confidence, a line for each network", palette => Diagram(all, palette));
        page.Table(
            ["network", "accuracy", "mean confidence", "expected calibration error"],
            all.Select(one => (string[])
                [one.Network, Four(one.Calibration.Accuracy), Four(one.Calibration.MeanConfidence), Four(one.Calibration.ExpectedError)]));
        page.Line("### Choosing `--threshold`");
        page.Line();
        page.Line("Of the images whose confidence reaches the threshold: the share of all images, and the accuracy among them.");
        page.Line();
        page.Table(
            ["threshold", .. all.SelectMany(one => (string[])[$"{one.Network}: share", "accuracy", "wrong"])],
            Thresholds.Select(threshold => (string[])
            [
                threshold.ToString(CultureInfo.InvariantCulture),
                .. all.SelectMany(one =>
                {
                    (int kept, int right) = one.Calibration.Reaching(threshold);
                    return (string[])
                    [
                        Four((double)kept / test.Count), Four((double)right / kept), (kept - right).ToString(CultureInfo.InvariantCulture),
                    ];
                }),
            ]));
    }

    private static string Four(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static byte[] Diagram((string Network, Calibration Calibration)[] all, Palette palette)
    {
        using Plot plot = Drawing.CreatePlot(palette, "confidence", "accuracy");
        var ideal = plot.Add.Line(0, 0, 1, 1);
        ideal.Color = palette.Muted;
        ideal.LinePattern = LinePattern.Dashed;
        foreach ((int place, (string _, Calibration calibration)) in all.Index())
        {
            Calibration.Bin[] bins = [.. calibration.Filled.Where(bin => bin.Images >= 10)];
            var line = plot.Add.Scatter(
                bins.Select(bin => bin.Confidence).ToArray(), bins.Select(bin => bin.Accuracy).ToArray(), palette.Series[place]);
            line.LineWidth = 2;
            line.MarkerSize = 7;
        }

        plot.Axes.SetLimits(0, 1.02, 0, 1.02);
        return Chart.Draw(
            plot,
            [
                .. all.Select((one, place) => new Legend.Entry(one.Network, palette.Series[place])),
                new Legend.Entry("as it should be", palette.Muted, Dashed: true),
            ],
            palette, note: "Bins of fewer than 10 images are left out.");
    }
}
