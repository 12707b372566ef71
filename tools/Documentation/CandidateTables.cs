using OnnxDigits.Tools.Figures;
using OnnxDigits.Tools.Reading;

namespace OnnxDigits.Tools.Documentation;

/// <summary>
/// The recipes that were trained to their end, side by side: files named RECIPE-SEED.onnx, read by tools/Reading beside
/// the shipped networks.
/// </summary>
internal static class CandidateTables
{
    public const string Page = "docs/best.md";
    public const string Accuracy = "candidates";
    public const string Noise = "candidates-noise";

    public static string WriteAccuracy(string root)
    {
        ConditionFigures images = Images(root);
        PhotoFigures photographs = Photographs(root);
        return MarkedTable.Format(
            ["recipe", "test accuracy by seed", "mean", $"photographs, of {photographs.Count}, by seed"],
            Recipes(images).Select(recipe => (IReadOnlyList<string>)
            [
                recipe.Key,
                string.Join(", ", recipe.Select(file => Share(images, images.Conditions[0].Right[file]))),
                Share(images, recipe.Average(file => images.Conditions[0].Right[file])),
                string.Join(", ", recipe.Select(file => photographs.Right[file].Sum())),
            ]));
    }

    public static string WriteNoise(string root)
    {
        ConditionFigures images = Images(root);
        return MarkedTable.Format(
            ["condition, mean of the seeds", "conv", .. Recipes(images).Select(recipe => recipe.Key)],
            images.Conditions.Skip(1).Select(condition => (IReadOnlyList<string>)
            [
                condition.Name,
                Share(images, condition.Right["conv"]),
                .. Recipes(images).Select(recipe => Share(images, recipe.Average(file => condition.Right[file]))),
            ]));
    }

    public static ConditionFigures Images(string root) => PreprocessingTables.LoadConditions(root, Noise);

    public static PhotoFigures Photographs(string root) => Records.Read<PhotoFigures>(root, "candidates-photographs.json");

    private static IGrouping<string, string>[] Recipes(ConditionFigures figures) =>
        [.. figures.Networks.Keys.Where(file => file.EndsWith(".onnx", StringComparison.Ordinal)).GroupBy(file => file[..file.LastIndexOf('-')])];

    private static string Share(ConditionFigures figures, double right) => (right / figures.Images).Text("0.0000");
}
