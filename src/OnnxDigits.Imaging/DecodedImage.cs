using OnnxDigits.Inference;

namespace OnnxDigits.Imaging;

/// <summary>Represents the pixels of an image file after its EXIF orientation was applied.</summary>
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

    /// <summary>Gets the width in pixels.</summary>
    public int Width { get; }

    /// <summary>Gets the height in pixels.</summary>
    public int Height { get; }

    /// <summary>
    /// Gets the layout of the pixels: <see cref="PixelLayout.Gray8"/> for grayscale files without transparency,
    /// otherwise <see cref="PixelLayout.Rgba32"/> with straight alpha. Files of 16 bits per sample are reduced to 8.
    /// </summary>
    public PixelLayout Layout { get; }

    /// <summary>Gets the pixels, row by row and without padding, for <see cref="DigitClassifier"/>.</summary>
    public RasterImage Raster => new(_pixels, Width, Height, Layout);
}
