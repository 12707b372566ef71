using System.Text;
using OnnxDigits.Data;
using SkiaSharp;

namespace Docs;

/// <summary>
/// Represents a temporary folder with the files that the pages mention, all drawn: photos/ with folders 0 to 9,
/// photo.jpg, seven.png, seven.raw, and the command <c>infer</c> in bin/.
/// </summary>
internal sealed class ReaderFolder : IDisposable
{
    private static readonly DigitImages Digits = DigitGenerator.Draw(seed: 1, count: 60);

    public ReaderFolder()
    {
        for (int i = 0; i < Digits.Count; i++)
        {
            Write($"photos/{Digits.Label(i)}/{i:000}.png", Encode(Digits.Image(i), SKEncodedImageFormat.Png));
        }
        ReadOnlySpan<byte> seven = Digits.Image(7);
        Write("seven.raw", seven.ToArray());
        Write("seven.png", Encode(seven, SKEncodedImageFormat.Png));
        Write("photo.jpg", Encode(seven, SKEncodedImageFormat.Jpeg));
        string command = $"#!/bin/sh\nexec dotnet '{Repository.Program("src/OnnxDigits.Cli")}' \"$@\"\n";
        Write("bin/infer", Encoding.UTF8.GetBytes(command));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Combine("bin/infer"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("reader-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Encodes a digit as dark ink on a light page, enlarged four times.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, SKEncodedImageFormat format)
    {
        const int Scale = 4, Side = DigitImages.Columns * Scale;
        using var bitmap = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Gray8, SKAlphaType.Opaque));
        Span<byte> page = bitmap.GetPixelSpan();
        for (int i = 0; i < page.Length; i++)
        {
            page[i] = (byte)(255 - pixels[(i / Side / Scale * DigitImages.Columns) + (i % Side / Scale)]);
        }
        using SKData data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    private string Combine(string name) => System.IO.Path.Combine(Path, name);

    private void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Combine(name))!);
        File.WriteAllBytes(Combine(name), content);
    }
}
