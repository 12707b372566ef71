using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Reports.Pictures;
using Plot = ScottPlot.Plot;

namespace OnnxDigits.Tools.Explain.Frameworks;

/// <summary>How far TorchSharp and ONNX Runtime are apart, layer by layer.</summary>
internal static class FrameworksSection
{
    private const int Images = 1_000;

    public static void Write(Page page, IEnumerable<string> networks, DigitImages test)
    {
        DigitImages images = test.Slice(0, Math.Min(Images, test.Count));
        page.Line("## The two frameworks");
        page.Line();
        page.Line($"The shipped weights, run layer by layer in TorchSharp and on ONNX Runtime over the first {images.Count:N0} test images, each on its");
        page.Line("own values, so that differences add up on the way. They come from the order of sums, which processors of another kind");
        page.Line("choose otherwise: these figures alone are not the same on every machine. Of best's two networks the picture has the first.");
        page.Line();
        foreach (string network in networks)
        {
            IReadOnlyList<(string Layer, Differences Differences)> layers = BothFrameworks.Compare(network, images);
            page.Line($"### {network}");
            page.Line();
            page.Table(
                ["layer", "values", "equal", "half differ by at most", "99 % by", "all by", "largest value"],
                layers.Select(one => (string[])
                [
                    one.Layer,
                    one.Differences.Count.ToString("N0", CultureInfo.InvariantCulture),
                    ((double)one.Differences.Equal / one.Differences.Count).ToString("0.0 %", CultureInfo.InvariantCulture),
                    Small(one.Differences.Quantile(0.5)), Small(one.Differences.Quantile(0.99)), Small(one.Differences.Largest),
                    one.Differences.LargestValue.ToString("0.00", CultureInfo.InvariantCulture),
                ]));
            page.Picture(
                $"frameworks-{network}", $"Share of values that differ by at most so much, a line for each layer of {network}",
                palette => Draw(layers, palette));
        }
    }

    // The second network of an ensemble would double the lines and tell nothing new.
    private static bool IsShown(string layer) => Sums(layer) && !layer.StartsWith("ensemble.1.", StringComparison.Ordinal);

    // The other layers hand on what came.
    private static bool Sums(string layer) =>
        !layer.EndsWith("relu", StringComparison.Ordinal) && layer.Split('.')[^1].Split('_')[0] is "conv2d" or "dense" or "softmax";

    private static byte[] Draw(IReadOnlyList<(string Layer, Differences Differences)> layers, Palette palette)
    {
        using Plot plot = Drawing.CreatePlot(palette, "difference, power of ten", "share of values that differ by no more");
        (string Layer, Differences Differences)[] shown = [.. layers.Where(one => IsShown(one.Layer))];
        foreach ((int place, (_, Differences differences)) in shown.Index())
        {
            (double Difference, double Share)[] curve = [.. differences.Curve()];
            var line = plot.Add.ScatterLine(
                curve.Select(point => Math.Log10(point.Difference)).ToArray(), curve.Select(point => point.Share).ToArray(),
                palette.Series[place % palette.Series.Count]);
            line.LineWidth = 2;
            if (RunsOut(place, palette)) line.LinePattern = ScottPlot.LinePattern.Dashed;
        }

        plot.Axes.SetLimits(-10, -4, 0, 1.02);
        return Chart.Draw(
            plot,
            shown.Select((one, place) => new Legend.Entry(one.Layer.Split('.')[^1], palette.Series[place % palette.Series.Count], Dashed: RunsOut(place, palette))),
            palette);
    }

    // More lines than colours: those that have a colour again are dashed.
    private static bool RunsOut(int place, Palette palette) => place >= palette.Series.Count;

    private static string Small(double difference) =>
        difference == 0 ? "0" : difference.ToString("0.0e+0", CultureInfo.InvariantCulture).Replace("e-", "e−");
}
