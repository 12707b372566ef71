namespace OnnxDigits.Training.Recipes;

/// <summary>What the second network of a pair sees otherwise than the first; all else of the recipe is both's.</summary>
/// <remarks>Two that learned from different images err on different ones, which is what makes their mean better than each.</remarks>
public sealed record PartnerRecipe
{
    /// <inheritdoc cref="Recipe.DrawnImages"/>
    public int DrawnImages { get; init; }

    /// <inheritdoc cref="Recipe.Augmentation"/>
    public Augmentation? Augmentation { get; init; }

    /// <inheritdoc cref="Recipe.CleanEpochs"/>
    public int CleanEpochs { get; init; }
}
