using BitMiracle.LibTiff.Classic;
using OnnxDigits.Imaging.Fixtures;
using OnnxDigits.Inference;

namespace OnnxDigits.Imaging.Tests;

/// <summary>Tests the kinds of TIFF files that scanners and programs write.</summary>
public class TiffTests
{
    private const int Width = 40, Height = 24;

    private static readonly byte[] Gray = [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(i * 7))];

    public static TheoryData<Compression> Lossless =>
        [Compression.NONE, Compression.LZW, Compression.ADOBE_DEFLATE, Compression.PACKBITS];

    [Theory]
    [MemberData(nameof(Lossless))]
    public void Decode_GrayScan_GivesItsPixels(Compression compression)
    {
        foreach (string mode in (string[])["wl", "wb"])
        {
            byte[] file = TiffFile.Write(mode, tiff => tiff
                .Describe(Width, Height, Photometric.MINISBLACK, 1, 8, compression).WriteRows(Gray, Height, 5));
            AssertGray(file, Gray);
            byte[] negative = TiffFile.Write(mode, tiff => tiff
                .Describe(Width, Height, Photometric.MINISWHITE, 1, 8, compression).WriteRows(Gray, Height, Height));
            AssertGray(negative, [.. Gray.Select(value => (byte)(255 - value))]);
        }
    }

    [Fact]
    public void Decode_GrayScanOf16Bits_GivesItsUpperBytes()
    {
        byte[] wide = [.. Gray.SelectMany(value => (byte[])[99, value])];
        byte[] file = TiffFile.Write("wl", tiff => tiff
            .Describe(Width, Height, Photometric.MINISBLACK, 1, 16, Compression.LZW).WriteRows(wide, Height, 8));
        AssertGray(file, Gray);
    }

    [Theory]
    [InlineData(Compression.NONE)]
    [InlineData(Compression.CCITT_T4)]
    [InlineData(Compression.CCITT_T6)]
    public void Decode_BlackAndWhiteScan_GivesItsPixels(Compression compression)
    {
        byte[] file = TiffFile.Write("wl", tiff => tiff
            .Describe(Width, Height, Photometric.MINISWHITE, 1, 1, compression)
            .WriteRows(Gray[..(Width * Height / 8)], Height, 8));
        AssertGray(file, [.. Gray[..(Width * Height / 8)].SelectMany(octet =>
            Enumerable.Range(0, 8).Select(bit => (byte)((octet >> (7 - bit) & 1) == 1 ? 0 : 255)))]);
    }

    [Theory]
    [MemberData(nameof(Lossless))]
    public void Decode_ColourPicture_GivesItsPixels(Compression compression)
    {
        byte[] colors = [.. Enumerable.Range(0, 3 * Width * Height).Select(i => (byte)(i * i))];
        byte[] file = TiffFile.Write("wb", tiff => tiff
            .Describe(Width, Height, Photometric.RGB, 3, 8, compression).WriteRows(colors, Height, 7));
        AssertRgba(file, [.. colors.Chunk(3).SelectMany(color => (byte[])[.. color, 255])]);
    }

    [Theory]
    [InlineData(ExtraSample.UNASSALPHA)]
    [InlineData(ExtraSample.ASSOCALPHA)]
    public void Decode_TransparentPicture_HasStraightAlpha(ExtraSample kind)
    {
        byte[] straight = [.. Gray.SelectMany(value => (byte[])[value, 80, 0, 102])];
        bool isMultiplied = kind == ExtraSample.ASSOCALPHA;
        byte[] stored = isMultiplied
            ? [.. straight.Select((value, i) => i % 4 == 3 ? value : (byte)(value * 102 / 255))]
            : straight;
        byte[] file = TiffFile.Write("wl", tiff =>
        {
            tiff.Describe(Width, Height, Photometric.RGB, 4, 8, Compression.NONE);
            tiff.SetField(TiffTag.EXTRASAMPLES, 1, new short[] { (short)kind });
            tiff.WriteRows(stored, Height, Height);
        });
        var image = ImageFile.Decode(file);
        Assert.Equal(PixelLayout.Rgba32, image.Layout);
        // A byte of a color that is multiplied by 0.4 stands for three values.
        Assert.All(straight.Zip(image.Raster.Pixels.ToArray()), pair => Assert.InRange(pair.Second - pair.First, -3, 3));
    }

    [Fact]
    public void Decode_Palette_GivesItsColours()
    {
        ushort[] ramp = [.. Enumerable.Range(0, 256).Select(i => (ushort)(257 * (255 - i)))], zero = new ushort[256];
        byte[] file = TiffFile.Write("wl", tiff =>
        {
            tiff.Describe(Width, Height, Photometric.PALETTE, 1, 8, Compression.LZW);
            tiff.SetField(TiffTag.COLORMAP, ramp, zero, ramp);
            tiff.WriteRows(Gray, Height, Height);
        });
        AssertRgba(file, [.. Gray.SelectMany(i => (byte[])[(byte)(255 - i), 0, (byte)(255 - i), 255])]);
    }

    [Fact]
    public void Decode_Tiles_GivesItsPixels()
    {
        byte[] file = TiffFile.Write("wl", tiff =>
        {
            tiff.Describe(Width, Height, Photometric.MINISBLACK, 1, 8, Compression.ADOBE_DEFLATE);
            tiff.SetField(TiffTag.TILEWIDTH, 16);
            tiff.SetField(TiffTag.TILELENGTH, 16);
            for (int top = 0; top < Height; top += 16)
            {
                for (int left = 0; left < Width; left += 16)
                {
                    byte[] tile = [.. Enumerable.Range(0, 256).Select(i => (top + (i / 16), left + (i % 16)) is var (y, x)
                        && y < Height && x < Width ? Gray[(y * Width) + x] : (byte)0)];
                    tiff.WriteTile(tile, left, top, 0, 0);
                }
            }
        });
        AssertGray(file, Gray);
    }

    [Fact]
    public void Decode_Jpeg_GivesItsPixels()
    {
        byte[] smooth = [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(5 * (i % Width)))];
        byte[] file = TiffFile.Write("wl", tiff => tiff
            .Describe(Width, Height, Photometric.MINISBLACK, 1, 8, Compression.JPEG).WriteRows(smooth, Height, 8));
        byte[] pixels = ImageFile.Decode(file).Raster.Pixels.ToArray();
        Assert.All(smooth.Zip(pixels), pair => Assert.InRange(pair.Second - pair.First, -8, 8));
    }

    [Fact]
    public void Decode_SeveralPages_IsRefused()
    {
        void Page(Tiff tiff) => tiff.Describe(Width, Height, Photometric.MINISBLACK, 1, 8, Compression.LZW)
            .WriteRows(Gray, Height, Height);
        void Preview(Tiff tiff)
        {
            tiff.SetField(TiffTag.SUBFILETYPE, FileType.REDUCEDIMAGE);
            Page(tiff);
        }
        AssertGray(TiffFile.Write("wl", Page, Preview), Gray);
        AssertRefused(TiffFile.Write("wl", Page, Preview, Page), "2 pages");
        AssertRefused(TiffFile.Write("wl", Preview, Page), "a camera's raw file");
    }

    [Fact]
    public void Decode_ColorFilter_IsRefused() => AssertRefused(
        TiffFile.Write("wl", tiff => tiff
            .Describe(Width, Height, (Photometric)32803, 1, 8, Compression.NONE).WriteRows(Gray, Height, Height)),
        "a camera's raw file");

    [Fact]
    public void Decode_TooManyPixels_IsRefused()
    {
        byte[] file = TiffFile.Write(30_000, 30_000, Gray);
        AssertRefused(file, "30000×30000 pixels exceed the limit");
        AssertRefused(TiffFile.Write(6_000, 6_000, Gray), "MB of memory");
        byte[] oneStrip = TiffFile.Write("wl", tiff => tiff
            .Describe(4_600, 4_600, Photometric.MINISBLACK, 1, 8, Compression.LZW)
            .WriteRows(new byte[4_600 * 4_600], 4_600, 4_600));
        AssertRefused(oneStrip, "106 MB of memory");
        AssertRefused(TiffFile.Write(40_000, 1, Gray), "exceed the limit of 32768 a side");
    }

    [Fact]
    public void Decode_SmallPictureInALargeTile_IsRefused()
    {
        byte[] file = TiffFile.Write("wl", tiff =>
        {
            tiff.Describe(Width, Height, Photometric.MINISBLACK, 1, 8, Compression.ADOBE_DEFLATE);
            tiff.SetField(TiffTag.TILEWIDTH, 10_240);
            tiff.SetField(TiffTag.TILELENGTH, 10_240);
            tiff.WriteTile(new byte[10_240 * 10_240], 0, 0, 0, 0);
        });
        AssertRefused(file, "105 MB of memory");
    }

    [Fact]
    public void Decode_StripLongerThanTheFile_IsRefusedBeforeItIsReserved()
    {
        byte[] file = TiffFile.Write("wl", tiff => tiff
            .Describe(Width, Height, Photometric.MINISBLACK, 1, 8, Compression.LZW).WriteRows(Gray, Height, Height));
        int tag = file.AsSpan().LastIndexOf(BitConverter.GetBytes((ushort)TiffTag.STRIPBYTECOUNTS));
        BitConverter.GetBytes(1_000_000_000).CopyTo(file, tag + 8);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(file, "truncated");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Decode_LargeScan_IsReduced()
    {
        const int Side = 2_400;
        byte[] pixels = [.. Enumerable.Range(0, Side * Side).Select(i => (byte)((i % Side / 2) + (i / Side / 2)))];
        var image = ImageFile.Decode(TiffFile.Write(Side, Side, pixels));
        Assert.Equal((Side, Side, Side / 2, Side / 2), (image.Width, image.Height, image.Raster.Width, image.Raster.Height));
        Assert.Equal(
            Enumerable.Range(0, Side * Side / 4).Select(i => (byte)((i % (Side / 2)) + (i / (Side / 2)))),
            image.Raster.Pixels.ToArray());
    }

    [Fact]
    public void Decode_AnyWrongByte_IsReadOrRefused()
    {
        byte[] whole = TiffFile.Write("wl", tiff => tiff
            .Describe(Width, Height, Photometric.MINISBLACK, 1, 8, Compression.LZW).WriteRows(Gray, Height, 5));
        TextWriter console = Console.Error;
        using var errors = new StringWriter();
        Console.SetError(errors);
        try
        {
            for (int at = 4; at < whole.Length; at++)
            {
                foreach (byte value in (byte[])[0, 1, 127, 255])
                {
                    byte[] damaged = [.. whole];
                    damaged[at] = value;
                    Assert.True(Record.Exception(() => ImageFile.Decode(damaged)) is null or ImageFileException);
                }
            }
        }
        finally
        {
            Console.SetError(console);
        }
        Assert.Empty(errors.ToString());
    }

    private static void AssertGray(byte[] file, byte[] expected)
    {
        var image = ImageFile.Decode(file);
        Assert.Equal((Width, Height, PixelLayout.Gray8), (image.Width, image.Height, image.Layout));
        Assert.Equal(expected, image.Raster.Pixels.ToArray());
    }

    private static void AssertRgba(byte[] file, byte[] expected)
    {
        var image = ImageFile.Decode(file);
        Assert.Equal((Width, Height, PixelLayout.Rgba32), (image.Width, image.Height, image.Layout));
        Assert.Equal(expected, image.Raster.Pixels.ToArray());
    }

    private static void AssertRefused(byte[] file, string reason) =>
        Assert.Contains(reason, Assert.Throws<ImageFileException>(() => ImageFile.Decode(file)).Message);
}
