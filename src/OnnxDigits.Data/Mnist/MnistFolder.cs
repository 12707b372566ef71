namespace OnnxDigits.Data.Mnist;

/// <summary>Four IDX files in a folder, read and checked.</summary>
internal static class MnistFolder
{
    public static DigitDataSet Open(string folder, string source, DigitDataOptions options)
    {
        if (!Directory.Exists(folder))
        {
            throw new DigitDataException(
                $"{folder} ({source}): there is no such folder; name one that holds MNIST's four IDX files.");
        }

        var files = options.Files.Select(file => Read(folder, source, file, options.AllowOtherDigests)).ToArray();
        var digest = DataSetDigest.Of(files);
        var train = new DigitImages(files[0].Data, files[1].Data, $"{folder} (train)");
        var test = new DigitImages(files[2].Data, files[3].Data, $"{folder} (t10k)");
        var name = digest.IsMnist ? DigitDataSet.Mnist : DigitDataSet.Other;
        var title = digest.IsMnist ? "MNIST" : "digits other than MNIST";
        return new DigitDataSet(name, train, test, digest,
            $"{title} from {folder}: {train.Count} to train, {test.Count} to test");
    }

    /// <summary>Whether the file is there, sound and the published one.</summary>
    public static bool Holds(string folder, MnistFile file)
    {
        try
        {
            return Find(folder, file) is { } path && DataSetDigest.DigestOf(IdxFile.Read(path)) == file.Sha256;
        }
        catch (IdxFormatException)
        {
            return false;
        }
    }

    private static IdxFile Read(string folder, string source, MnistFile file, bool allowOtherDigests)
    {
        var path = Find(folder, file)
            ?? throw new DigitDataException(
                $"{folder} ({source}): {file.Name} is missing, and so is {file.Name}.gz; put MNIST's four IDX " +
                    "files there.");

        IdxFile content;
        try
        {
            content = IdxFile.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DigitDataException($"{path} cannot be read: {e.Message}", e);
        }

        CheckShape(path, file, content);
        var digest = DataSetDigest.DigestOf(content);
        return allowOtherDigests || digest == file.Sha256
            ? content
            : throw new DigitDataException(
                $"{path} is not MNIST's published file: its SHA-256 is {digest}, and {file.Sha256} is published; " +
                    "fetch it again.");
    }

    private static void CheckShape(string path, MnistFile file, IdxFile content)
    {
        var fits = file.HoldsImages
            ? content.Dimensions is [_, DigitImages.Rows, DigitImages.Columns]
            : content.Dimensions is [_];
        if (!fits)
        {
            var expected = file.HoldsImages ? $"[N, {DigitImages.Rows}, {DigitImages.Columns}]" : "[N]";
            throw new IdxFormatException(IdxError.UnexpectedShape,
                $"{path}: has shape [{string.Join(", ", content.Dimensions)}] where {expected} is expected; check " +
                    "that it is the right file.");
        }
    }

    private static string? Find(string folder, MnistFile file) =>
        new[] { file.Name, file.Name + ".gz" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
