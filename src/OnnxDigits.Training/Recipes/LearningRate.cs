namespace OnnxDigits.Training.Recipes;

/// <summary>The size of each step of a run.</summary>
internal static class LearningRate
{
    private const double WarmUp = 1 / 20.0;

    /// <param name="recipe">The largest size, and how it changes.</param>
    /// <param name="step">The number of the step in the whole run, 1 for the first.</param>
    /// <param name="steps">Steps of the whole run.</param>
    public static double Of(Recipe recipe, long step, long steps)
    {
        if (recipe.Schedule == LearningRateSchedule.Constant) return recipe.LearningRate;

        double warmUp = Math.Max(1, steps * WarmUp);
        return recipe.LearningRate * (step <= warmUp
            ? step / warmUp
            : (1 + Math.Cos(Math.PI * (step - warmUp) / (steps - warmUp))) / 2);
    }
}
