using System.Globalization;

namespace OnnxDigits.Training.Recipes;

/// <summary>Describes recipes in one line, for model cards.</summary>
internal static class RecipeText
{
    /// <summary>Returns a recipe's settings in one line. Leaves out settings that are turned off.</summary>
    public static string Of(Recipe recipe) => string.Join(", ", Settings(recipe));

    private static IEnumerable<string> Settings(Recipe r)
    {
        yield return $"{r.Epochs} epochs, batch {r.BatchSize}";
        OptimizerSettings o = r.Optimizer;
        yield return FormattableString.Invariant(o.Kind switch
        {
            OptimizerKind.RmsProp => $"RMSprop (learning rate {o.LearningRate}, rho {o.Rho}, epsilon {o.Epsilon})",
            OptimizerKind.Sgd => $"SGD (learning rate {o.LearningRate}, momentum {o.Momentum})",
            OptimizerKind.Adam => (FormattableString)$"Adam (learning rate {o.LearningRate})",
            _ => $"AdamW (learning rate {o.LearningRate}, weight decay {o.WeightDecay})",
        });
        if (o.Schedule == LearningRateSchedule.WarmUpAndCosine) yield return "warm-up and cosine";
        yield return "categorical cross-entropy";
        if (r.AveragingDecay > 0)
        {
            yield return FormattableString.Invariant($"weights averaged with decay {r.AveragingDecay}");
        }
        if (r.Drawn is { } drawn)
        {
            yield return $"{drawn.Digits} drawn digits, {drawn.RareDigits} in rare styles and {drawn.NonDigits} drawn "
                + "images without a digit added";
        }
        if (r.Augmentation is { } augmentation)
        {
            foreach (string change in Changes(augmentation)) yield return change;
        }

        if (r.DropoutRate is { } rate) yield return FormattableString.Invariant($"dropout {rate}");
        if (r.Patience > 0)
        {
            yield return $"stopped after {r.Patience} epochs without a lower validation loss, best epoch kept";
        }

        yield return "Glorot-uniform kernels";
    }

    private static IEnumerable<string> Changes(Augmentation a)
    {
        (string Format, double Strength)[] changes =
        [
            ("rotation ±{0}°", a.Rotation), ("scale ±{0}", a.Scale), ("shear ±{0}", a.Shear),
            ("shift ±{0} px", a.Shift), ("elastic {0} px", a.Elastic),
            ("thickness ±{0}", a.Thickness), ("noise {0}", a.Noise),
        ];
        return changes.Where(change => change.Strength > 0)
            .Select(change => string.Format(CultureInfo.InvariantCulture, change.Format, change.Strength));
    }
}
