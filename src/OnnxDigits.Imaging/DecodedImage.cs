using OnnxDigits.Inference;

namespace OnnxDigits.Imaging;

/// <summary>The pixels of an image file, upright as its EXIF orientation asks, rows without gaps.</summary>
public sealed class DecodedImage
{
    private readonly byte[] _pixels;

    internal DecodedImage(byte[] pixels, int width, int height, PixelLayout layout)
    {
        _pixels = pixels;
        Width = width;
        Height = height;
        Layout = layout;
    }

    /// <summary>Pixels in a row, after orientation.</summary>
    public int Width { get; }

    /// <summary>The number of rows, after orientation.</summary>
    public int Height { get; }

    /// <summary>
    /// <see cref="PixelLayout.Gray8"/> for grey files, <see cref="PixelLayout.Gray16"/> for PNG files of 16-bit grey
    /// without transparency, else <see cref="PixelLayout.Rgba32"/>, which holds the upper 8 bits of 16-bit colours.
    /// </summary>
    public PixelLayout Layout { get; }

    /// <summary>The pixels as <see cref="DigitClassifier.Classify(RasterImage)"/> takes them.</summary>
    public RasterImage Raster => new(_pixels, Width, Height, Layout);
}
