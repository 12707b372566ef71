using OnnxDigits.Inference;

namespace OnnxDigits.Imaging;

/// <summary>Represents the pixels of an image file after its EXIF orientation was applied.</summary>
public sealed class DecodedImage
{
    private readonly byte[] _pixels;
    private readonly int _rasterWidth, _rasterHeight;

    internal DecodedImage(byte[] pixels, int rasterWidth, int rasterHeight, PixelLayout layout)
    {
        _pixels = pixels;
        _rasterWidth = rasterWidth;
        _rasterHeight = rasterHeight;
        Layout = layout;
    }

    /// <summary>Gets the width of the picture in the file, in pixels.</summary>
    public int Width { get; internal init; }

    /// <summary>Gets the height of the picture in the file, in pixels.</summary>
    public int Height { get; internal init; }

    /// <summary>
    /// Gets the layout of the pixels: <see cref="PixelLayout.Gray8"/> for grayscale files without transparency,
    /// otherwise <see cref="PixelLayout.Rgba32"/> with straight alpha. Files of 16 bits per sample are reduced to 8.
    /// </summary>
    public PixelLayout Layout { get; }

    /// <summary>
    /// Gets the pixels, row by row and without padding, for <see cref="DigitClassifier"/>. Pictures of more than 4
    /// million pixels are reduced to a half, a quarter or less of their width and height, except GIF.
    /// </summary>
    public RasterImage Raster => new(_pixels, _rasterWidth, _rasterHeight, Layout);
}
