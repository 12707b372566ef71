using OnnxDigits.Data;

namespace OnnxDigits.Tools.Explain;

/// <summary>Compares a network's confidence with its accuracy.</summary>
internal sealed class Calibration(ShippedNetwork network, DigitImages test)
{
    private const int Bins = 15;
    private const int FewestInBin = 10;

    private static readonly double[] Thresholds = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];

    private readonly (double Confidence, double IsRight)[] _predictions =
    [
        .. network.Read(test.Pixels.Span).Select((prediction, i) =>
            ((double)prediction.Confidence, prediction.Digit == test.Label(i) ? 1.0 : 0)),
    ];

    private string Name => network.Name;

    private double Accuracy => _predictions.Average(prediction => prediction.IsRight);

    private double Confidence => _predictions.Average(prediction => prediction.Confidence);

    // The predictions by confidence, in bins of equal width.
    private IEnumerable<(int Count, double Confidence, double Accuracy)> Filled => _predictions
        .GroupBy(prediction => Math.Min((int)(prediction.Confidence * Bins), Bins - 1))
        .OrderBy(bin => bin.Key)
        .Select(bin => (
            bin.Count(),
            bin.Average(prediction => prediction.Confidence),
            bin.Average(prediction => prediction.IsRight)));

    private double ExpectedError =>
        Filled.Sum(bin => bin.Count * Math.Abs(bin.Confidence - bin.Accuracy)) / _predictions.Length;

    public static void AddTo(Page page, ShippedNetwork[] networks, DigitImages test)
    {
        Calibration[] all = [.. networks.Select(network => new Calibration(network, test))];
        page.AddFigure("bins", $"{Bins}");
        string[] head = ["network", "accuracy", "mean confidence", "expected calibration error"];
        page.AddTable("calibration", head, all.Select(one => (string[])
        [
            one.Name, $"{one.Accuracy:0.0000}", $"{one.Confidence:0.0000}", $"{one.ExpectedError:0.0000}",
        ]));
        page.AddTable(
            "thresholds",
            ["threshold", .. all.SelectMany(one => (string[])[$"{one.Name}: share", "accuracy", "wrong"])],
            Thresholds.Select(
                threshold => (string[])[$"{threshold}", .. all.SelectMany(one => one.CellsAt(threshold))]));
        page.AddPicture("reliability", palette => Chart.DrawLines(
            palette, "Accuracy of predictions with a given confidence", ("confidence", "accuracy"),
            new(0, 1.02, 0, 1.02),
            [
                .. all.Select(one =>
                {
                    var bins = one.Filled.Where(bin => bin.Count >= FewestInBin).ToArray();
                    double[] confidence = [.. bins.Select(bin => bin.Confidence)];
                    return (one.Name, confidence, bins.Select(bin => bin.Accuracy).ToArray());
                }),
            ],
            plot =>
            {
                var ideal = plot.Add.Line(0, 0, 1, 1);
                ideal.Color = palette.Muted;
                ideal.LinePattern = ScottPlot.LinePattern.Dashed;
            }));
    }

    private IEnumerable<string> CellsAt(double threshold)
    {
        var kept = _predictions.Where(prediction => prediction.Confidence >= threshold).ToArray();
        double right = kept.Sum(prediction => prediction.IsRight);
        return
        [
            $"{(double)kept.Length / _predictions.Length:0.0000}", $"{right / kept.Length:0.0000}",
            $"{kept.Length - right}",
        ];
    }
}
