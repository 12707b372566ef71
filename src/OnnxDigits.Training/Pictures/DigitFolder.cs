using System.Security.Cryptography;
using OnnxDigits.Data;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace OnnxDigits.Training.Pictures;

/// <summary>Reads a data set from pictures in folders 0 to 9, prepared as <c>infer</c> prepares them.</summary>
/// <remarks>
/// A grey picture of 28×28 pixels is used as it is, or inverted if its background is light.
/// </remarks>
internal static class DigitFolder
{
    // About one of five pictures is for testing.
    private const int TestShare = 5;
    private const int FewPictures = 20;
    private const int SkippedShown = 10;

    /// <summary>Indicates whether a folder has subfolders that are named after digits.</summary>
    public static bool IsAt(string path) => FoldersOf(path).Any();

    /// <summary>Reads the pictures and splits them into training and test images.</summary>
    /// <remarks>
    /// The SHA-256 of a file decides its split, so that it stays when files are added or renamed, and copies of a
    /// picture are never in both splits. It decides the order too, so that the last images show all digits.
    /// </remarks>
    /// <param name="path">The folder.</param>
    /// <param name="warn">Receives warnings about skipped files, and about digits with few pictures.</param>
    /// <exception cref="DigitDataException">There are no pictures to train on or to test with.</exception>
    public static DigitDataSet Open(string path, Action<string> warn)
    {
        Split train = new(), test = new();
        var skipped = new List<string>();
        foreach ((byte digit, string folder) in FoldersOf(path))
        {
            foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal))
            {
                var pixels = new byte[DigitImages.PixelsPerImage];
                if (Prepare(file, pixels) is { } reason)
                {
                    skipped.Add(reason);
                    continue;
                }

                byte[] digest = SHA256.HashData(File.ReadAllBytes(file));
                (digest[0] % TestShare == 0 ? test : train).Add(pixels, digit, Convert.ToHexString(digest));
            }
        }

        foreach (string reason in skipped.Take(SkippedShown)) warn($"Skipped: {reason}");
        if (skipped.Count > SkippedShown) warn($"Skipped {skipped.Count - SkippedShown} more files.");
        if (train.Count == 0 || test.Count == 0)
        {
            throw new DigitDataException(
                $"'{path}' has {train.Count} pictures to train on and {test.Count} to test with. Add pictures to its "
                + "folders 0 to 9.");
        }

        for (byte digit = 0; digit < DigitImages.Classes; digit++)
        {
            int count = train.CountOf(digit);
            string few = count == 0 ? "no pictures" : $"only {count} {(count == 1 ? "picture" : "pictures")}";
            if (count < FewPictures) warn($"There are {few} of the digit {digit} to train on.");
        }

        return DigitDataSet.FromImages(
            train.ToImages(), test.ToImages(),
            $"pictures in {path}: {train.Count} for training, {test.Count} for testing, {skipped.Count} skipped");
    }

    private static IEnumerable<(byte Digit, string Folder)> FoldersOf(string path) =>
        from digit in Enumerable.Range(0, DigitImages.Classes)
        let folder = Path.Combine(path, $"{digit}")
        where Directory.Exists(folder)
        select ((byte)digit, folder);

    // Returns the reason to skip the file, or null if it was prepared.
    private static string? Prepare(string file, Span<byte> pixels)
    {
        if (!ImageFile.Extensions.Contains(Path.GetExtension(file).ToLowerInvariant()))
        {
            return $"'{file}' has no extension of an image: {string.Join(' ', ImageFile.Extensions)}.";
        }

        try
        {
            RasterImage raster = ImageFile.Decode(file).Raster;
            PreprocessingResult result = DigitPreprocessing.Apply(raster, pixels);
            if (raster is { Width: DigitImages.Columns, Height: DigitImages.Rows, Layout: PixelLayout.Gray8 })
            {
                for (int y = 0; y < raster.Height; y++)
                {
                    ReadOnlySpan<byte> row = raster.Pixels.Slice(y * raster.Stride, raster.Width);
                    Span<byte> target = pixels.Slice(y * raster.Width, raster.Width);
                    for (int x = 0; x < row.Length; x++) target[x] = (byte)(result.Inverted ? 255 - row[x] : row[x]);
                }
            }

            if (result.IsBlank) return $"'{file}' is blank.";
            return result.HasSeveralDigits ? $"'{file}' shows several digits." : null;
        }
        catch (ImageFileException e)
        {
            return e.Message;
        }
    }

    private sealed class Split
    {
        private readonly List<(byte[] Pixels, byte Digit, string Digest)> _images = [];

        public int Count => _images.Count;

        public int CountOf(byte digit) => _images.Count(image => image.Digit == digit);

        public void Add(byte[] pixels, byte digit, string digest) => _images.Add((pixels, digit, digest));

        public DigitImages ToImages()
        {
            var ordered = _images.OrderBy(image => image.Digest, StringComparer.Ordinal).ToArray();
            return new DigitImages(
                ordered.SelectMany(image => image.Pixels).ToArray(), ordered.Select(image => image.Digit).ToArray());
        }
    }
}
