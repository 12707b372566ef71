using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Reports.Pictures;
using TorchOnnx;

namespace OnnxDigits.Tools.Explain.Layers;

/// <summary>Global against local: what the layers weigh, what they see, and what excites them.</summary>
internal static class LayersSection
{
    public static void Write(Page page, IReadOnlyList<ExplainedNetwork> networks, DigitImages test)
    {
        using LayerGraph dense = LayerGraph.Open("dense"), conv = LayerGraph.Open("conv"), best = LayerGraph.Open("best");
        int[] digits = [.. Enumerable.Range(0, DigitImages.Classes).Select(digit => test.Labels.Span.IndexOf((byte)digit)).Where(i => i >= 0)];
        page.Line("## Global against local");
        page.Line();
        page.Line("A unit of the dense layer weighs all 784 pixels at once, where they are; a filter of the convolution weighs 3×3 and");
        page.Line("is laid on every place. Blue weighs for the unit, orange against it.");
        page.Line();
        page.Picture("dense-weights", "Weights of units of the dense layer, as images", palette => WeightsPictures.Dense(dense, palette));
        page.Picture("conv-filters", "The filters of the first convolution", palette => WeightsPictures.Filters(conv, palette));
        page.Line("### What each layer makes of a digit");
        page.Line();
        page.Line("The first channels of each layer of conv. Early maps are drawings of the digit by one feature each, edges of one");
        page.Line("direction; late ones are few, coarse and mostly empty.");
        page.Line();
        page.Picture("feature-maps", "Feature maps of conv for one digit", palette => FeatureMaps.Draw(conv, test.Image(digits[0]), palette));
        WriteFields(page, test.Image(digits[0]).ToArray(), conv, best);
        WritePatches(page, conv, test);
        page.Line("### Where a network looks");
        page.Line();
        page.Line($"A square of {Occlusion.Square}×{Occlusion.Square} pixels of background is laid on every place of the first test image of each digit. The map shows, at");
        page.Line("the square's middle, how much of the digit's probability that takes away.");
        page.Line();
        page.Picture("occlusion", "Occlusion maps of each digit for each network", palette => Occlusion.Draw(networks, test, digits, palette));
    }

    private static void WriteFields(Page page, byte[] image, params LayerGraph[] graphs)
    {
        page.Line("### What a place sees");
        page.Line();
        page.Line("Each layer widens the field of pixels that a place depends on by (k − 1) times the step between places, and pooling");
        page.Line("doubles that step. A test changes pixels one by one and finds these fields. Of best's two networks the first looks twice");
        page.Line("before it pools.");
        page.Line();
        foreach (LayerGraph graph in graphs)
        {
            IReadOnlyDictionary<string, GraphTensor<float>> values = graph.Run(image);
            IReadOnlyList<string> modules = FeatureMaps.Modules(graph);
            var members = ReceptiveField.Of(graph).Where(layer => modules.Contains(layer.Module))
                .GroupBy(layer => string.Join('.', layer.Module.Split('.')[..^1])).ToArray();
            foreach ((int place, var member) in members.Index())
            {
                WriteFields(page, image, members.Length == 1 ? graph.Network : $"{graph.Network}-{place + 1}",
                [
                    .. member.Select(layer => (layer.Module.Split('.')[^1], layer.Field, (int)values[layer.Module].Shape[2])),
                ]);
            }
        }
    }

    private static void WriteFields(Page page, byte[] image, string network, (string Module, ReceptiveField Field, int Places)[] layers)
    {
        page.Table(
            [network, "places", "sees", "step"],
            layers.Select(layer => (string[])
            [
                layer.Module, Square(layer.Places), Square(layer.Field.Size), layer.Field.Jump.ToString(CultureInfo.InvariantCulture),
            ]));
        page.Picture(
            $"fields-{network}", $"What the middle place of each layer of {network} sees", palette => PatchesPicture.Fields(layers, image, palette));
    }

    private static void WritePatches(Page page, LayerGraph conv, DigitImages test)
    {
        string[] modules = ["conv2d_1_relu", "conv2d_2_relu"];
        IReadOnlyDictionary<string, TopPatches> found = TopPatches.Find(conv, modules, test, PatchesPicture.Patches);
        Dictionary<string, ReceptiveField> fields = ReceptiveField.Of(conv).ToDictionary(layer => layer.Module, layer => layer.Field);
        page.Line("### What excites a channel");
        page.Line();
        page.Line($"Of all places of all {test.Count:N0} test images, those that excite a channel most, one of each image, cut to what the place");
        page.Line("sees: strokes and their ends in the second layer, whole parts of digits in the third.");
        page.Line();
        foreach (string module in modules)
        {
            page.Picture($"patches-{module}", $"Patches that excite channels of {module} most", palette => PatchesPicture.Draw(
                $"{module}: {PatchesPicture.Channels} channels, a row each, {fields[module].Size}×{fields[module].Size} pixels", found[module], fields[module], test, palette));
        }
    }

    private static string Square(int side) => string.Create(CultureInfo.InvariantCulture, $"{side}×{side}");
}
