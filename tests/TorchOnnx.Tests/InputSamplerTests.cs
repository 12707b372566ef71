using TorchOnnx.Verification;

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
    [InlineData(new byte[] { 7, 9, 7 }, new byte[] { 6, 7, 9 })]
    [InlineData(new byte[] { 0, 0 }, new byte[] { 0, 1 })]
    public void DrawWider_Integers_AddsTheOneBelowOrAbove(byte[] example, byte[] drawn)
    {
        Assert.Equal(drawn, Wider(example));
        Assert.Equal(drawn.Select(value => (int)value), Wider([.. example.Select(value => (int)value)]));
        Assert.Equal(drawn.Select(value => (long)value), Wider([.. example.Select(value => (long)value)]));
    }

    private static IEnumerable<T> Wider<T>(T[] example) where T : unmanaged =>
        ((GraphTensor<T>)Sampler(new GraphTensor<T>(example, example.Length)).DrawWider([[100]], x => x)[0]).Data
            .Distinct().Order();

    private static InputSampler Sampler(GraphTensor example) => new(
        [example],
        [example switch
        {
            GraphTensor<long> => ScalarType.Int64,
            GraphTensor<int> => ScalarType.Int32,
            GraphTensor<byte> => ScalarType.Byte,
            _ => ScalarType.Float32,
        }],
        new Dictionary<int, InputGenerator>());
}
