using System.ComponentModel.DataAnnotations;

namespace OnnxDigits.Imaging;

/// <summary>Represents the settings of <see cref="ImageFile"/>.</summary>
public sealed class ImageFileOptions
{
    /// <summary>
    /// Gets or sets the largest number of pixels in a picture. The default is 50 million, for your own files. Choose 16
    /// million for a server that accepts files from strangers.
    /// </summary>
    /// <remarks>
    /// JPEG files may have four times as many pixels, because they are reduced while they are decoded. The limit bounds
    /// the processor time. <see cref="ImageFile.MaxMemory"/> bounds the memory, whatever this value is.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    [Range(1, int.MaxValue)]
    public int MaxPixels
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 50_000_000;
}
