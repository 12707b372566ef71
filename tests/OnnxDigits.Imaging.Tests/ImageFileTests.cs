using OnnxDigits.Imaging.Fixtures;
using OnnxDigits.Inference;
using SkiaSharp;

namespace OnnxDigits.Imaging.Tests;

public class ImageFileTests
{
    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Decode_LosslessGray_GivesThePixels(SKEncodedImageFormat format)
    {
        byte[] pixels = Ramp(13, 9);
        var decoded = ImageFile.Decode(Skia.Encode(Skia.Gray(pixels, 13, 9), format));

        Assert.Equal((13, 9), (decoded.Width, decoded.Height));
        var raster = decoded.Raster;
        int size = RasterImage.BytesPerPixel(decoded.Layout);
        for (int i = 0; i < pixels.Length; i++) Assert.Equal(pixels[i], raster.Pixels[i * size]);
    }

    [Fact]
    public void Decode_Garbage_NeverThrowsAnythingElse()
    {
        var random = new Random(21);
        byte[] whole = Skia.Encode(Skia.Gray(Ramp(40, 30), 40, 30), SKEncodedImageFormat.Png);
        int refused = 0;
        for (int turn = 0; turn < 2000; turn++)
        {
            byte[] mutated = [.. whole];
            for (int k = 0; k < 4; k++) mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            try
            {
                ImageFile.Decode(mutated);
            }
            catch (ImageFileException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1, 2000);
    }

    private static byte[] Ramp(int width, int height) =>
        [.. Enumerable.Range(0, width * height).Select(i => (byte)(i * 37 + i / width * 11))];
}
