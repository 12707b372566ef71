using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>All pictures of one run.</summary>
internal static class RunPictures
{
    public static void Draw(
        PictureFiles files, RunReport report, IReadOnlyList<EpochMetrics> epochs, ConfusionMatrix matrix,
        IReadOnlyList<Mistake> mistakes, DigitImages test, IReadOnlyCollection<int> disputed)
    {
        string title = string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Network}, seed {report.Recipe.Seed}, on {report.DataSet}: test accuracy {report.TestAccuracy:F4}")
            + (report.Interrupted ? ", interrupted" : "");
        RunCurve[] curve = [new RunCurve(report.Network, epochs)];
        files.Write("learning", palette => LearningCurves.Draw(title, curve, palette));
        files.Write("confusion", palette => ConfusionPicture.Draw(title, matrix, palette));
        files.Write("mistakes", palette => MistakesPicture.Draw(title, mistakes, test, disputed, palette));
    }
}
