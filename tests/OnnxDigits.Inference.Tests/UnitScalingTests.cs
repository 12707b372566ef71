using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Tests;

public class UnitScalingTests
{
    [Fact]
    public void Apply_EveryByteAtEveryPlace_IsTheQuotientBitForBit()
    {
        for (int length = 0; length <= 100; length++)
        {
            byte[] pixels = new byte[length];
            float[] actual = new float[length];
            for (int start = 0; start < 256; start++)
            {
                for (int i = 0; i < length; i++) pixels[i] = (byte)(start + i);
                UnitScaling.Apply(pixels, actual);
                Assert.Equal(pixels.Select(pixel => pixel / 255f), actual);
            }
        }
    }
}
