using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.Explain;

/// <summary>Shows the weights, feature maps and receptive fields of dense and conv.</summary>
internal static class Layers
{
    public static void AddTo(Page page, DigitImages test)
    {
        using var noGradients = no_grad();
        using SequentialModel dense = ShippedNetwork.OpenInTorchSharp("dense");
        using SequentialModel conv = ShippedNetwork.OpenInTorchSharp("conv");
        byte[] image = test.Image(0).ToArray();
        page.AddPicture("dense-weights", palette => WeightPictures.DrawDense(dense, palette));
        page.AddPicture("conv-filters", palette => WeightPictures.DrawFilters(conv, palette));
        page.AddPicture("feature-maps", palette => FeatureMaps.Draw(Maps(conv, test.Slice(0, 1)), image, palette));

        ReceptiveField[] fields =
            [.. Maps(conv, test.Slice(0, 1)).Select(layer => ReceptiveField.Measure(conv, layer.Name))];
        page.AddTable("fields", ["layer of conv", "places", "sees", "step"], fields.Select(field => (string[])
        [
            field.Layer, $"{field.Places}×{field.Places}", $"{field.Size}×{field.Size}", $"{field.Step}",
        ]));
        page.AddPicture("fields", palette => ReceptiveField.Draw(fields, image, palette));
        foreach (string layer in (string[])["conv2d_1_relu", "conv2d_2_relu"])
        {
            TopPatches patches = TopPatches.Find(conv, fields.Single(field => field.Layer == layer), test);
            page.AddPicture($"patches-{layer}", palette => patches.Draw(test, palette));
        }
    }

    /// <summary>Returns the outputs of the rectified and pooled convolutions, in order.</summary>
    /// <param name="network">The network.</param>
    /// <param name="images">The images.</param>
    public static IReadOnlyList<(string Name, Tensor Maps)> Maps(SequentialModel network, DigitImages images)
    {
        using var tensors = new DigitTensors(images);
        return [.. Maps(network, tensors.Images)];
    }

    /// <summary>Returns the outputs of the rectified and pooled convolutions, in order.</summary>
    /// <param name="network">The network.</param>
    /// <param name="pixels">[N, 1, 28, 28] pixels between 0 and 1.</param>
    public static IEnumerable<(string Name, Tensor Maps)> Maps(SequentialModel network, Tensor pixels)
    {
        Tensor value = pixels;
        foreach ((string name, nn.Module module) in network.Classifier.named_children())
        {
            value = ((nn.Module<Tensor, Tensor>)module).forward(value);
            bool isPooled = name.Contains("pool", StringComparison.Ordinal);
            bool isShown = isPooled || name.EndsWith("relu", StringComparison.Ordinal);
            if (isShown && value.dim() == 4) yield return (name, value);
        }
    }
}
