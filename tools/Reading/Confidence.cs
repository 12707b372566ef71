using OnnxDigits.Data;
using OnnxDigits.Inference;
using OnnxDigits.Tools.Shared;

namespace OnnxDigits.Tools.Reading;

/// <summary>Compares a model's confidence with how often it is right.</summary>
internal sealed class Confidence(DigitClassifier classifier)
{
    private const double MaxMarked = 0.005;

    private static readonly double[] Bins = [0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1];
    private static readonly double[] Coverages = [1, 0.995, 0.99, 0.98, 0.95, 0.9];

    private readonly List<(string Name, Answer[] Answers)> _sets = [];
    private readonly List<string[]> _others = [];

    /// <summary>Reads the test images of a data set.</summary>
    public void ReadTest(DigitDataSet data)
    {
        DigitImages images = data.Test;
        var predictions = new DigitPrediction[images.Count];
        classifier.ClassifyPrepared(images.Pixels.Span, predictions);
        _sets.Add((data.Name, [.. predictions.Select((prediction, i) => new Answer(prediction, images.Label(i)))]));
    }

    /// <summary>Reads the image files of a folder. Images outside folders 0 to 9 show no digit.</summary>
    public void ReadFiles(string folder)
    {
        foreach (var set in ImageSets.Find(folder))
        {
            (DigitPrediction Prediction, int? Label)[] read =
            [
                .. set.AsParallel().AsOrdered().Select(file => (ImageSets.Decode(file), ImageSets.LabelOf(file)))
                    .Where(image => image.Item1 is not null)
                    .Select(image => (classifier.Classify(image.Item1!.Raster), image.Item2)),
            ];
            Answer[] answers =
            [
                .. read.Where(item => item.Label is not null)
                    .Select(item => new Answer(item.Prediction, item.Label!.Value)),
            ];
            if (answers.Length > 0) _sets.Add((set.Key, answers));
            DigitPrediction[] others = [.. read.Where(item => item.Label is null).Select(item => item.Prediction)];
            if (others.Length == 0) continue;
            int ok = others.Count(prediction => prediction.Status == PredictionStatus.Ok);
            _others.Add([set.Key, $"{others.Length}", $"{ok}", $"{(double)ok / others.Length:P1}"]);
        }
    }

    /// <summary>Prints all tables.</summary>
    public void Print()
    {
        Console.WriteLine(MarkdownTable.Format(
            ["digits", "images", "right", "marked", "errors marked", "wrong among ok"],
            [.. _sets.Select(set => Describe(set.Name, set.Answers))]));
        if (_others.Count > 0) Console.WriteLine(MarkdownTable.Format(["no digit", "images", "ok", "share"], _others));

        (string name, Answer[] test) = _sets[0];
        Answer[] people = [.. _sets.Skip(1).SelectMany(set => set.Answers)];
        (string, Answer[])[] groups = people.Length == 0 ? [(name, test)] : [(name, test), ("people", people)];
        Console.WriteLine(MarkdownTable.Format(
            ["confidence", .. groups.SelectMany(g => (string[])[$"{g.Item1}: images", "mean confidence", "right"])],
            [.. Enumerable.Range(0, Bins.Length - 1).Select(bin => (string[])
                [$"{Bins[bin]} to {Bins[bin + 1]}", .. groups.SelectMany(g => DescribeBin(g.Item2, bin))])]));
        Console.WriteLine(MarkdownTable.Format(
            ["most confident", .. groups.Select(group => $"{group.Item1}: wrong")],
            [.. Coverages.Select(coverage => (string[])
                [$"{coverage:P1}", .. groups.Select(group => $"{ErrorAt(group.Item2, coverage):P2}")])]));

        double[] sorted = [.. test.Select(answer => (double)answer.Prediction.Confidence).Order()];
        double threshold = sorted[(int)(MaxMarked * sorted.Length)];
        Console.WriteLine($"Below a confidence of {threshold:F3} are {MaxMarked:P1} of the digits of {name} and "
            + $"{test.Count(answer => !answer.IsRight && answer.Prediction.Confidence < threshold)} of "
            + $"{test.Count(answer => !answer.IsRight)} errors.");
        foreach ((string group, Answer[] answers) in groups)
        {
            Answer[] read = [.. answers.Where(answer => answer.Prediction.Digit is not null)];
            double best = Enumerable.Range(10, 191).Select(step => step / 50.0)
                .MinBy(temperature => read.Average(answer => answer.Loss(temperature)));
            Console.WriteLine($"{group}: cross-entropy {read.Average(answer => answer.Loss(1)):F4}, and "
                + $"{read.Average(answer => answer.Loss(best)):F4} at the best temperature, {best:F2}.");
        }
    }

    // Returns the share of wrong answers among the most confident ones.
    private static double ErrorAt(Answer[] answers, double coverage)
    {
        int count = (int)Math.Ceiling(coverage * answers.Length);
        return answers.OrderByDescending(answer => answer.Prediction.Confidence).Take(count)
            .Count(answer => !answer.IsRight) / (double)count;
    }

    private static string[] Describe(string name, Answer[] answers)
    {
        int right = answers.Count(answer => answer.IsRight), wrong = answers.Length - right;
        int ok = answers.Count(IsOk), wrongOk = answers.Count(answer => IsOk(answer) && !answer.IsRight);
        return
        [
            name, $"{answers.Length}", $"{(double)right / answers.Length:P2}", $"{1 - (double)ok / answers.Length:P2}",
            $"{wrong - wrongOk} of {wrong}", $"{wrongOk} ({(double)wrongOk / ok:P2})",
        ];

        static bool IsOk(Answer answer) => answer.Prediction.Status == PredictionStatus.Ok;
    }

    private static string[] DescribeBin(Answer[] answers, int bin)
    {
        Answer[] within =
        [
            .. answers.Where(answer => answer.Prediction.Confidence >= Bins[bin]
                && (answer.Prediction.Confidence < Bins[bin + 1] || bin == Bins.Length - 2)),
        ];
        return within.Length == 0
            ? ["0", "", ""]
            :
            [
                $"{within.Length}", $"{within.Average(answer => answer.Prediction.Confidence):F3}",
                $"{within.Average(answer => answer.IsRight ? 1.0 : 0):F3}",
            ];
    }
}
