using OnnxDigits.Data;
using SkiaSharp;

namespace Docs;

/// <summary>
/// A temporary folder with the files that the pages speak of, all of them drawn: photos/ with folders 0 to 9, photo.jpg,
/// seven.png and seven.raw; and the command on the path.
/// </summary>
internal sealed class ReaderFolder : IDisposable
{
    private static readonly DigitImages Digits = DigitDataSource
        .Open(new DigitDataOptions { Data = DigitDataSet.Generated, GeneratedTrainCount = 10, GeneratedTestCount = 60 })
        .Test;

    public ReaderFolder()
    {
        for (int i = 0; i < Digits.Count; i++)
            Write($"photos/{Digits.Label(i)}/{i:000}.png", Encode(Digits.Image(i), SKEncodedImageFormat.Png));
        ReadOnlySpan<byte> seven = Digits.Image(Enumerable.Range(0, Digits.Count).First(i => Digits.Label(i) == 7));
        Write("seven.raw", seven.ToArray());
        Write("seven.png", Encode(seven, SKEncodedImageFormat.Png));
        Write("photo.jpg", Encode(seven, SKEncodedImageFormat.Jpeg));
        Write("bin/infer", System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\nexec dotnet '{Repository.Program("src/OnnxDigits.Cli")}' \"$@\"\n"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Combine("bin/infer"), (UnixFileMode)0b111_101_101);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("reader-").FullName;

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Combine(name))!);
        File.WriteAllBytes(Combine(name), content);
    }

    // Dark on light and four times the size, as on paper.
    private static byte[] Encode(ReadOnlySpan<byte> pixels, SKEncodedImageFormat format)
    {
        const int Scale = 4, Side = 28 * Scale;
        using var bitmap = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Gray8, SKAlphaType.Opaque));
        Span<byte> grey = bitmap.GetPixelSpan();
        for (int i = 0; i < Side * Side; i++) grey[i] = (byte)(255 - pixels[(i / Side / Scale * 28) + (i % Side / Scale)]);
        using SKData data = bitmap.Encode(format, 95);
        return data.ToArray();
    }
}
