using OnnxDigits.Data;
using SkiaSharp;

namespace OnnxDigits.Cli.Tests;

/// <summary>Represents a temporary folder with PNG files of digits in subfolders 0 to 9.</summary>
internal sealed class DigitFolder : IDisposable
{
    public static DigitDataSet Set { get; } = DigitDataSource.Open(
        new DigitDataOptions { Data = DigitDataSet.Generated, GeneratedTrainCount = 10, GeneratedTestCount = 300 });

    public string Path { get; } = Directory.CreateTempSubdirectory("infer-").FullName;

    public static DigitFolder WithDigits(int count)
    {
        var folder = new DigitFolder();
        for (int n = 0; n < count; n++) folder.Write($"{Set.Test.Label(n)}/{n:000}.png", EncodePng(Set.Test.Image(n)));
        return folder;
    }

    public string Write(string name, byte[] content)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public static byte[] EncodePng(ReadOnlySpan<byte> pixels, int width = 28)
    {
        int height = pixels.Length / width;
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque));
        pixels.CopyTo(bitmap.GetPixelSpan());
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
