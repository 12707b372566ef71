using OnnxDigits.Inference;

namespace OnnxDigits.Hosting.Tests;

internal static class Digits
{
    /// <summary>Returns a bar in MNIST's form, 784 bytes.</summary>
    public static byte[] Bar()
    {
        byte[] image = new byte[DigitClassifier.ImageLength];
        for (int y = 4; y < 24; y++) image.AsSpan(y * 28 + 13, 3).Fill(255);
        return image;
    }
}
