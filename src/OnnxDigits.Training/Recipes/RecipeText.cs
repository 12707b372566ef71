using System.Globalization;
using OnnxDigits.Training.Loop;

namespace OnnxDigits.Training.Recipes;

/// <summary>A recipe in one line, what it leaves out left out.</summary>
internal static class RecipeText
{
    public static string Of(Recipe recipe) => string.Join(", ", Facts(recipe));

    private static IEnumerable<string> Facts(Recipe r)
    {
        yield return $"{r.Epochs} epochs, batch {r.BatchSize}";
        yield return r.Optimizer == OptimizerKind.RmsProp
            ? FormattableString.Invariant($"RMSprop (learning rate {r.LearningRate}, rho {r.Rho}, epsilon {r.Epsilon})")
            : FormattableString.Invariant($"AdamW (learning rate {r.LearningRate}, weight decay {r.WeightDecay})");
        if (r.Schedule == LearningRateSchedule.WarmUpAndCosine) yield return "warm-up and cosine";
        yield return r.Teachers is null ? "categorical cross-entropy" : $"cross-entropy to the mean answer of the networks {r.Teachers}";
        if (r.LabelSmoothing > 0) yield return FormattableString.Invariant($"label smoothing {r.LabelSmoothing}");
        if (r.AveragingDecay > 0) yield return FormattableString.Invariant($"weights averaged with decay {r.AveragingDecay}");
        foreach (string fact in ImageFacts(r)) yield return fact;
        if (r.Partner is not null) yield return $"the second network instead: {string.Join(", ", ImageFacts(r.OfMember(1)))}";
        yield return "Glorot-uniform kernels";
    }

    private static IEnumerable<string> ImageFacts(Recipe r)
    {
        if (r.DrawnImages > 0) yield return $"{r.DrawnImages} drawn digits beside the images";
        if (r.Augmentation is { } a)
        {
            (string Name, double Strength)[] bends =
            [
                ("rotation ±{0}°", a.Rotation), ("scale ±{0}", a.Scale), ("shear ±{0}", a.Shear), ("shift ±{0} px", a.Shift),
                ("elastic {0} px", a.Elastic), ("thickness ±{0}", a.Thickness), ("pressure −{0}", a.Pressure),
                ("noise {0}", a.Noise),
            ];
            string until = r.CleanEpochs > 0 ? $" but for the last {r.CleanEpochs} epochs" : "";
            yield return string.Join(", ", bends.Where(bend => bend.Strength > 0)
                .Select(bend => string.Format(CultureInfo.InvariantCulture, bend.Name, bend.Strength))) + until;
        }
    }
}
