using OnnxDigits.Inference;
using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.Documentation;

/// <summary>The shipped networks side by side: from their cards, and the photographs and times that were measured.</summary>
internal static class NetworksTable
{
    public const string Name = "networks";

    private static readonly string[] Networks = ["dense", "conv", "best"];

    private static readonly Dictionary<string, (string Layers, string Notebook)> Known = new()
    {
        ["dense"] = ("784 → 512 relu → 10", "0.9817"),
        ["conv"] = ("conv 32, pool, conv 64, pool, conv 64, 64 relu → 10", "0.9896"),
        ["best"] = ("seven and six convolutions, each two pools, batch normalisation → 10; their mean", "–"),
    };

    public static string Write(string root)
    {
        ModelCard[] cards = [.. Networks.Select(network => ModelCard.Parse(File.ReadAllText(Path.Combine(root, "artifacts", "models", $"{network}.md"))))];
        var photos = PreprocessingTables.LoadPhotographs(root);
        var times = Times.Load(root);
        string byDefault = new DigitClassifierOptions().Model.ToString().ToLowerInvariant();
        return MarkedTable.Format(
            ["", .. Networks.Select(network => network == byDefault ? $"{network} (the default)" : network)],
            [
                ["layers", .. Networks.Select(network => Known[network].Layers)],
                ["parameters", .. cards.Select(card => card.Parameters)],
                [$"test accuracy, mean of {cards[0].Runs.Count} seeds", .. cards.Select(card => card.Mean.Accuracy)],
                ["the same, without 15 disputed labels", .. cards.Select(card => card.Mean.WithoutDisputed ?? "–")],
                ["the notebook's", .. Networks.Select(network => Known[network].Notebook)],
                [$"photographs right, of {photos.Count}", .. Networks.Select(network => $"{photos.Right[network].Sum()}")],
                ["time for one image, conv = 1", .. Networks.Select(network => times.Networks[network].Text("0.0"))],
            ]);
    }
}
