using TorchOnnx.Verification;
using static TorchSharp.torch;

namespace TorchOnnx.Tests;

public sealed class InputSamplerTests
{
    [Fact]
    public void Draw_Floats_SpreadsMultiplesOfAHalf()
    {
        float[] drawn = ((GraphTensor<float>)Sampler(new GraphTensor<float>(new float[100], 100)).Draw([[100]])[0]).Data;

        Assert.Equal(
            Enumerable.Range(-16, 32).Select(step => step / 2f),
            drawn.Where(value => value * 2 == MathF.Round(value * 2)).Order());
        Assert.Contains(drawn[50..], value => value * 2 == MathF.Round(value * 2));
        Assert.Contains(drawn[..32], value => value * 2 != MathF.Round(value * 2));
    }

    [Theory]
    [InlineData(new[] { 7L, 9, 7 }, new[] { 6L, 7, 9 })]
    [InlineData(new[] { 0L, 0 }, new[] { 0L, 1 })]
    public void DrawWider_Integers_AddsTheOneBelowOrAbove(long[] example, long[] drawn) => Assert.Equal(
        drawn,
        ((GraphTensor<long>)Sampler(new GraphTensor<long>(example, example.Length)).DrawWider([[100]], x => x)[0]).Data
            .Distinct().Order());

    private static InputSampler Sampler(GraphTensor example) => new(
        [example], [example is GraphTensor<long> ? ScalarType.Int64 : ScalarType.Float32],
        new Dictionary<int, InputGenerator>());
}
