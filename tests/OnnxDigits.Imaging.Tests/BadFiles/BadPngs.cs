using OnnxDigits.Imaging.Fixtures;

namespace OnnxDigits.Imaging.Tests.BadFiles;

/// <summary>Creates PNG files that must be rejected.</summary>
internal static class BadPngs
{
    private static readonly PngChunk Palette = new("PLTE", [0, 0, 0, 255, 255, 255]);
    private static readonly PngChunk Text = new("tEXt", [.. "Title"u8, 0, .. "seven"u8]);

    public static IEnumerable<NamedFile> All =>
    [
        .. Headers, .. Checksums, .. Palettes, .. Pixels,
        .. Enumerable.Range(1, 9).Select(tenth => Cut("PNG", () => Whole(200, 150), tenth)),
    ];

    public static NamedFile Cut(string kind, Func<byte[]> create, int tenth) => new($"{kind} cut at {tenth}0 %", () =>
    {
        byte[] whole = create();
        return whole[..(whole.Length * tenth / 10)];
    }, "truncated", "pixels");

    private static IEnumerable<NamedFile> Headers =>
    [
        new("PNG signature alone", () => Png.Join([]), "header is damaged"),
        new("PNG header alone", () => Png.Join([Png.Header(28, 28, 8, Png.Gray)]), "header is damaged"),
        new("PNG without a header", () => Png.Join([Png.Pixels(new byte[900]), Png.End]), "header is damaged"),
        Sized("PNG of width 0", 0, 28, "header is damaged"),
        Sized("PNG of height 0", 28, 0, "header is damaged"),
        Sized("PNG of negative width", -28, 28, "header is damaged"),
        Sized("PNG of 1×100,000", 1, 100_000, "1×100000", "32768 a side"),
        Sized("PNG of 100,000×1", 100_000, 1, "100000×1", "32768 a side"),
        Sized("PNG of 30,000×30,000", 30_000, 30_000, "30000×30000", "50 million"),
        Sized("PNG of 2,147,483,647 squared", int.MaxValue, int.MaxValue, ""),
        Sized("PNG of 7,000×7,000 in a few bytes", 7000, 7000, "too few for 7000×7000"),
        new("PNG interlaced, of 7,000×7,000 at 64 bits",
            () => [.. Png.Join([Png.Header(7000, 7000, 16, Png.Rgba, true), Png.Pixels([])]), .. new byte[12 << 20]],
            "MB of memory", "100 MB"),
        Kind("PNG of 3 bits", 3, Png.Gray),
        Kind("PNG of 0 bits", 0, Png.Gray),
        Kind("PNG of colour type 5", 8, 5),
        Kind("PNG of 1-bit colour", 1, Png.Rgb),
        Kind("PNG of a 16-bit palette", 16, Png.Palette),
        Method("PNG of compression method 1", 10, 1),
        Method("PNG of filter method 1", 11, 1),
        Method("PNG of interlace method 2", 12, 2),
    ];

    private static IEnumerable<NamedFile> Checksums =>
    [
        new("PNG with a wrong CRC in IHDR", () => WrongChecksum("IHDR"), "header is damaged"),
        new("PNG with a wrong CRC in PLTE", () => WrongChecksum("PLTE"), "damaged"),
        new("PNG with a wrong CRC in IDAT", () => WrongChecksum("IDAT"), "damaged"),
    ];

    private static IEnumerable<NamedFile> Palettes =>
    [
        new("PNG without its palette", () => Indexed(), "damaged", "InvalidInput"),
        new("PNG with an empty palette", () => Indexed(new PngChunk("PLTE", [])), "damaged"),
        new("PNG with a palette of 5 bytes", () => Indexed(new PngChunk("PLTE", new byte[5])), "damaged"),
        new("PNG with a palette of 257 colours", () => Indexed(new PngChunk("PLTE", new byte[257 * 3])), "damaged"),
    ];

    private static IEnumerable<NamedFile> Pixels =>
    [
        Rows("PNG without pixels", []),
        Rows("PNG with an empty IDAT", [new("IDAT", [])]),
        Rows("PNG with too few rows", [Png.Pixels(new byte[29 * 20])], "truncated", "28×28"),
        Rows("PNG with a wrong zlib header", [new("IDAT", [0xFF, .. Png.Compress(new byte[29 * 28])[1..]])]),
        Rows("PNG with bytes that are not compressed", [new("IDAT", new byte[29 * 28])]),
        Rows("PNG with a filter of 9", [Png.Pixels([9, .. new byte[29 * 28 - 1]])]),
        Rows("PNG with a text for its later pixels", [new("IDAT", Png.Compress(new byte[29 * 28])[..5]), Text]),
    ];

    public static byte[] WrongChecksum(string type)
    {
        var chunks = Png.Split(Indexed(Palette, new("tRNS", [9]), Text));
        byte[] file = Png.Join(chunks);
        int end = 8 + chunks.TakeWhile(chunk => chunk.Type != type).Sum(chunk => chunk.Data.Length + 12)
            + chunks.First(chunk => chunk.Type == type).Data.Length + 12;
        file[end - 1] ^= 1;
        return file;
    }

    private static byte[] Whole(int width, int height)
    {
        var random = new Random(9);
        int[] noise = [.. Enumerable.Range(0, width * height).Select(_ => random.Next(256))];
        return Png.Write(width, height, 8, Png.Gray, noise);
    }

    private static byte[] Indexed(params PngChunk[] before) =>
        Png.Write(28, 28, 8, Png.Palette, new int[28 * 28], false, before);

    private static NamedFile Sized(string name, int width, int height, params string[] message) =>
        new(name, () => Png.Join([Png.Header(width, height, 8, Png.Gray), new("IDAT", [])]), message);

    private static NamedFile Kind(string name, int depth, int colour) => new(name, () => Png.Join(
        [Png.Header(28, 28, depth, colour), Palette, Png.Pixels(new byte[7000]), Png.End]), "header is damaged");

    private static NamedFile Method(string name, int at, byte method) => new(name, () =>
    {
        var header = Png.Header(28, 28, 8, Png.Gray);
        header.Data[at] = method;
        return Png.Join([header, Png.Pixels(new byte[29 * 28]), Png.End]);
    }, "header is damaged");

    private static NamedFile Rows(string name, PngChunk[] chunks, params string[] message) => new(name, () => Png.Join(
        [Png.Header(28, 28, 8, Png.Gray), .. chunks, Png.End]), message is [] ? ["damaged"] : message);
}
