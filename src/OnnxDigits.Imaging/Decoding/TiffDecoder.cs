using System.Runtime.InteropServices;
using BitMiracle.LibTiff.Classic;
using OnnxDigits.Inference;
using SkiaSharp;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>Decodes TIFF files of one page to upright pixels with LibTiff.NET.</summary>
internal static class TiffDecoder
{
    private const int BytesPerPixel = 4;
    private const int ColorFilterArray = 32803;

    static TiffDecoder()
    {
        // The library writes errors to the console, unless the application has set a handler.
        TiffErrorHandler? others = Tiff.SetErrorHandler(null);
        Tiff.SetErrorHandler(new QuietHandler(others));
    }

    public static bool IsTiff(ReadOnlySpan<byte> file) => file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8);

    /// <inheritdoc cref="ImageDecoder.Decode"/>
    public static unsafe DecodedImage Decode(ReadOnlySpan<byte> file, string? name, ImageFileOptions options)
    {
        fixed (byte* start = file)
        {
            using var source = new Source(start, file.Length);
            try
            {
                using Tiff tiff = Tiff.ClientOpen("", "r", source, new TiffStream()) ?? throw Damaged(name);
                DecodedImage image = Decode(tiff, file.Length, name, options);
                return source.HasErrors ? throw Damaged(name) : image;
            }
            // The library expects valid files.
            catch (Exception e) when (e is not ImageFileException)
            {
                throw Damaged(name, e);
            }
        }
    }

    private static DecodedImage Decode(Tiff tiff, int fileLength, string? name, ImageFileOptions options)
    {
        int width = Read(tiff, TiffTag.IMAGEWIDTH), height = Read(tiff, TiffTag.IMAGELENGTH);
        DecodingPlan.CheckSize(width, height, options.MaxPixels, name);
        double memory = fileLength + ((double)BytesPerPixel * width * height) + PartSize(tiff, width, height);
        DecodingPlan.CheckMemory(memory, width, height, name);
        var origin = (SKEncodedOrigin)Math.Clamp(Read(tiff, TiffTag.ORIENTATION), 1, 8);
        CheckIsOnePicture(tiff, name);
        if (!HasAllBytes(tiff, fileLength)) throw Damaged(name);

        int[] raster = new int[width * height];
        // Rows and columns stay in the order of the file, because the library can't exchange them.
        if (!tiff.ReadRGBAImageOriented(
            width, height, raster, (BitMiracle.LibTiff.Classic.Orientation)origin, stopOnError: true))
        {
            throw Damaged(name);
        }
        Span<byte> pixels = MemoryMarshal.AsBytes(raster.AsSpan());
        bool hasAlpha = tiff.GetField(TiffTag.EXTRASAMPLES) is not null;
        if (hasAlpha) Unmultiply(pixels);
        int side = DecodingPlan.BlockSideOf(width, height);
        if (side > 1) pixels = BlockAverage.Reduce(pixels, width, BytesPerPixel, side);
        bool isGray = !hasAlpha
            && (Photometric)Read(tiff, TiffTag.PHOTOMETRIC) is Photometric.MINISBLACK or Photometric.MINISWHITE;
        if (isGray) pixels = KeepOneChannel(pixels);
        var (columns, rows) = ((width + side - 1) / side, (height + side - 1) / side);
        var orientation = new Orientation(origin, columns, rows);
        byte[] upright = new byte[pixels.Length];
        orientation.Place(pixels, 0, upright, isGray ? 1 : BytesPerPixel);
        PixelLayout layout = isGray ? PixelLayout.Gray8 : PixelLayout.Rgba32;
        return orientation.SwapsSides
            ? new(upright, rows, columns, layout) { Width = height, Height = width }
            : new(upright, columns, rows, layout) { Width = width, Height = height };
    }

    // Returns the number of bytes of a strip or tile, which the library decodes at once.
    private static double PartSize(Tiff tiff, int width, int height)
    {
        double pixels = tiff.IsTiled()
            ? (double)Read(tiff, TiffTag.TILEWIDTH) * Read(tiff, TiffTag.TILELENGTH)
            : (double)width * Math.Min((uint)Read(tiff, TiffTag.ROWSPERSTRIP), (uint)height);
        return pixels * Read(tiff, TiffTag.SAMPLESPERPIXEL) * Read(tiff, TiffTag.BITSPERSAMPLE) / 8;
    }

    // The first picture of a camera's raw file is small, or has a color filter.
    private static void CheckIsOnePicture(Tiff tiff, string? name)
    {
        if (IsReduced(tiff) || Read(tiff, TiffTag.PHOTOMETRIC) == ColorFilterArray)
        {
            throw ImageFileException.For(
                name,
                "it is a camera's raw file, which is not supported. Convert it first "
                + "(darktable-cli photo.nef photo.jpg).");
        }
        int pages = 1;
        while (tiff.ReadDirectory()) pages += IsReduced(tiff) ? 0 : 1;
        if (pages > 1)
        {
            throw ImageFileException.For(
                name, $"it has {pages} pages. Save each page as a file first (magick scan.tif page-%d.png).");
        }
        tiff.SetDirectory(0);
    }

    private static bool IsReduced(Tiff tiff) =>
        ((FileType)Read(tiff, TiffTag.SUBFILETYPE)).HasFlag(FileType.REDUCEDIMAGE);

    // The library reserves the bytes that a strip or tile declares before it reads them.
    private static bool HasAllBytes(Tiff tiff, int fileLength)
    {
        bool isTiled = tiff.IsTiled();
        FieldValue[]? starts = tiff.GetField(isTiled ? TiffTag.TILEOFFSETS : TiffTag.STRIPOFFSETS);
        FieldValue[]? counts = tiff.GetField(isTiled ? TiffTag.TILEBYTECOUNTS : TiffTag.STRIPBYTECOUNTS);
        return starts is not null && counts is not null
            && starts[0].TolongArray().Zip(counts[0].TolongArray())
                .All(part => part is { First: >= 0, Second: >= 0 } && part.First + part.Second <= fileLength);
    }

    // The library multiplies colors by alpha.
    private static void Unmultiply(Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i += BytesPerPixel)
        {
            int alpha = pixels[i + 3];
            if (alpha is 0 or 255) continue;
            foreach (ref byte color in pixels.Slice(i, 3))
            {
                color = (byte)Math.Min(255, ((color * 255) + (alpha / 2)) / alpha);
            }
        }
    }

    private static Span<byte> KeepOneChannel(Span<byte> pixels)
    {
        int count = pixels.Length / BytesPerPixel;
        for (int i = 0; i < count; i++) pixels[i] = pixels[i * BytesPerPixel];
        return pixels[..count];
    }

    private static int Read(Tiff tiff, TiffTag tag) =>
        tiff.GetFieldDefaulted(tag) is [var value, ..] ? value.ToInt() : 0;

    private static ImageFileException Damaged(string? name, Exception? cause = null) => ImageFileException.For(
        name, "it is truncated, damaged or of an unsupported kind of TIFF. Save the image again as PNG.", cause);

    /// <summary>Represents the bytes of a file, with a flag for errors that the library found.</summary>
    private sealed unsafe class Source(byte* start, int length) : UnmanagedMemoryStream(start, length)
    {
        public bool HasErrors { get; set; }

        // The library mistakes a truncated directory for the last one.
        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = base.Read(buffer, offset, count);
            HasErrors |= read < count;
            return read;
        }
    }

    /// <summary>
    /// Records the errors of files that this class reads, and passes other errors to another handler.
    /// </summary>
    private sealed class QuietHandler(TiffErrorHandler? others) : TiffErrorHandler
    {
        public override void ErrorHandler(Tiff? tif, string method, string format, params object[] args)
        {
            if (tif?.Clientdata() is Source source) source.HasErrors = true;
            else others?.ErrorHandler(tif, method, format, args);
        }

        public override void ErrorHandlerExt(
            Tiff? tif, object? clientData, string method, string format, params object[] args)
        {
            if (clientData is not Source) others?.ErrorHandlerExt(tif, clientData, method, format, args);
        }

        public override void WarningHandler(Tiff? tif, string method, string format, params object[] args)
        {
            if (tif?.Clientdata() is not Source) others?.WarningHandler(tif, method, format, args);
        }

        public override void WarningHandlerExt(
            Tiff? tif, object? clientData, string method, string format, params object[] args)
        {
            if (clientData is not Source) others?.WarningHandlerExt(tif, clientData, method, format, args);
        }
    }
}
