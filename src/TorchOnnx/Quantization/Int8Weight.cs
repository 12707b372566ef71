namespace TorchOnnx.Quantization;

/// <summary>Rounds weights to integers: weight = scale · integer, without a zero point.</summary>
internal static class Int8Weight
{
    private const int Largest = 127;
    // Processors without VNNI add two products of a uint8 and such an integer in 16 bits. The sum fits.
    private const int LargestReduced = 63;

    /// <summary>Returns the integers in the weight's layout, and a scale for each channel or one for all.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="options">The options.</param>
    /// <param name="smallest">The smallest allowed scale of each channel, or an empty array.</param>
    public static (sbyte[] Integers, float[] Scales) Quantize(
        Layer layer, QuantizationOptions options, float[] smallest)
    {
        float[] weights = ModelSource.Floats(layer.Weight);
        int largest = options.ReducedRange ? LargestReduced : Largest;
        float[] scales = new float[layer.Channels];
        for (int index = 0; index < weights.Length; index++)
        {
            ref float scale = ref scales[layer.Channel(index)];
            scale = Math.Max(scale, Math.Abs(weights[index]) / largest);
        }
        for (int channel = 0; channel < smallest.Length; channel++)
        {
            scales[channel] = Math.Max(scales[channel], smallest[channel]);
        }
        if (!options.PerChannel) scales = [scales.Max()];
        // The scale of a channel of zeros must not be 0.
        for (int channel = 0; channel < scales.Length; channel++)
        {
            if (!float.IsNormal(scales[channel])) scales[channel] = 1;
        }
        sbyte[] integers = [.. weights.Select((weight, index) => (sbyte)Math.Clamp(
            MathF.Round(weight / scales[options.PerChannel ? layer.Channel(index) : 0]), -largest, largest))];
        return (integers, scales);
    }
}
