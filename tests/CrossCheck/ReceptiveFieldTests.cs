using OnnxDigits.Data;
using OnnxDigits.Tools.Explain.Layers;
using TorchOnnx;

namespace CrossCheck;

/// <summary>What a place of a layer sees by arithmetic, against which pixels change it when the graph is run.</summary>
public class ReceptiveFieldTests
{
    [Theory]
    [InlineData("conv")]
    [InlineData("best")]
    public void Of_EveryModuleOfTheGraph_HoldsAllPixelsThatChangeItsMiddleAndReachesThem(string network)
    {
        using LayerGraph graph = LayerGraph.Open(network);
        (string Module, ReceptiveField Field)[] layers = [.. ReceptiveField.Of(graph)];
        Assert.True(layers.Length >= 8, $"{network} has only {layers.Length} modules of maps");
        Dictionary<string, (int First, int Last)> changing = Changing(graph, [.. layers.Select(layer => layer.Module)]);
        foreach ((string module, ReceptiveField field) in layers)
        {
            (int first, int last) = changing[module];
            int from = Math.Max(field.First(Middle(graph, module)), 0), to = Math.Min(field.First(Middle(graph, module)) + field.Size, DigitImages.Columns) - 1;
            Assert.True(
                (first, last) == (from, to), $"{network}, {module}: by arithmetic pixels {from} to {to}, and {first} to {last} change it.");
        }
    }

    private static int Middle(LayerGraph graph, string module) =>
        (int)graph.Run(new byte[DigitImages.PixelsPerImage])[module].Shape[2] / 2;

    // Each pixel of the images' rows and columns, over several images, is changed; rows and columns see alike.
    private static Dictionary<string, (int First, int Last)> Changing(LayerGraph graph, string[] modules)
    {
        var random = new Random(1);
        var changing = modules.ToDictionary(module => module, _ => (First: int.MaxValue, Last: -1));
        for (int image = 0; image < 4; image++)
        {
            byte[] whole = new byte[DigitImages.PixelsPerImage];
            random.NextBytes(whole);
            byte[] changed = new byte[(DigitImages.PixelsPerImage + 1) * DigitImages.PixelsPerImage];
            for (int i = 0; i <= DigitImages.PixelsPerImage; i++)
            {
                whole.CopyTo(changed, i * DigitImages.PixelsPerImage);
                if (i < DigitImages.PixelsPerImage) changed[i * DigitImages.PixelsPerImage + i] ^= 0x80;
            }

            IReadOnlyDictionary<string, GraphTensor<float>> values = graph.Run(changed);
            foreach (string module in modules)
            {
                foreach (int pixel in Enumerable.Range(0, DigitImages.PixelsPerImage).Where(pixel => Differs(values[module], pixel)))
                {
                    (int first, int last) = changing[module];
                    int column = pixel % DigitImages.Columns;
                    changing[module] = (Math.Min(first, column), Math.Max(last, column));
                }
            }
        }

        return changing;
    }

    // Whether the middle place of any channel is another one than without the change.
    private static bool Differs(GraphTensor<float> maps, int image)
    {
        int channels = (int)maps.Shape[1], side = (int)maps.Shape[2], size = side * side, middle = (side / 2) * side + side / 2;
        int unchanged = maps.Data.Length / (channels * size) - 1;
        return Enumerable.Range(0, channels).Any(channel =>
            maps.Data[(image * channels + channel) * size + middle] != maps.Data[(unchanged * channels + channel) * size + middle]);
    }
}
