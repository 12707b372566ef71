using OnnxDigits.Data;

namespace OnnxDigits.Inference.Tests;

public class MnistIdentityTests
{
    private const int Length = DigitPreprocessing.OutputLength;

    [Fact]
    public void Apply_DataSetImages_ChangesNothing()
    {
        var set = DigitImagesForTests.Set;
        int total = set.Train.Count + set.Test.Count;
        int changed = CountChanged(set.Train, image => image) + CountChanged(set.Test, image => image);
        TestContext.Current.TestOutputHelper!.WriteLine($"{changed} of {total} images changed");

        // A few generated digits are outside MNIST's tolerances.
        Assert.InRange(changed, 0, DigitImagesForTests.IsMnist ? 0 : total / 50);
    }

    [Fact]
    public void Apply_InvertedImages_RestoresThem()
    {
        var images = DigitImagesForTests.Set.Train.Slice(0, 1000);
        int changed = CountChanged(images, image => [.. image.Select(value => (byte)(255 - value))]);
        Assert.InRange(changed, 0, DigitImagesForTests.IsMnist ? 0 : 20);
    }

    [Fact]
    public void Apply_ItsOwnOutput_ChangesNothing()
    {
        var images = DigitImagesForTests.Set.Train;
        byte[] page = new byte[90 * 70], once = new byte[Length], twice = new byte[Length];
        for (int n = 0; n < 300; n++)
        {
            // On a page, off center, so that the first pass changes it.
            page.AsSpan().Clear();
            for (int y = 0; y < 28; y++)
            {
                images.Image(n).Slice(y * 28, 28).CopyTo(page.AsSpan((y + n % 40) * 90 + n % 60));
            }
            DigitPreprocessing.Apply(new RasterImage(page, 90, 70, PixelLayout.Gray8), once);
            DigitPreprocessing.Apply(new RasterImage(once, 28, 28, PixelLayout.Gray8), twice);
            Assert.Equal(once, twice);
        }
    }

    private static int CountChanged(DigitImages images, Func<byte[], byte[]> transform)
    {
        int changed = 0;
        byte[] output = new byte[Length];
        for (int n = 0; n < images.Count; n++)
        {
            byte[] image = transform(images.Image(n).ToArray());
            DigitPreprocessing.Apply(new RasterImage(image, 28, 28, PixelLayout.Gray8), output);
            changed += images.Image(n).SequenceEqual(output) ? 0 : 1;
        }
        return changed;
    }
}
