namespace OnnxDigits.Training.Recipes;

/// <summary>How the size of the steps changes over a run.</summary>
public enum LearningRateSchedule
{
    /// <summary>Not at all.</summary>
    Constant,

    /// <summary>
    /// Up in a straight line over the first twentieth of the steps, then down to nothing along half a cosine:
    /// I. Loshchilov and F. Hutter, SGDR, 2017, without restarts.
    /// </summary>
    WarmUpAndCosine,
}
