namespace OnnxDigits.Data.Mnist;

/// <summary>Reads and checks the four IDX files in a folder.</summary>
internal static class MnistFolder
{
    public static DigitDataSet Open(string folder, string source, DigitDataOptions options)
    {
        if (!Directory.Exists(folder))
        {
            throw new DigitDataException(
                $"'{folder}' ({source}) does not exist: name a folder with MNIST's four IDX files.");
        }

        IdxFile[] files = [.. options.Files.Select(file => Read(folder, source, file))];
        string[] digests = [.. files.Select(file => file.Sha256())];
        int other = Enumerable.Range(0, files.Length).FirstOrDefault(i => digests[i] != options.Files[i].Sha256, -1);
        if (other >= 0 && !options.AllowOtherDigests)
        {
            throw new DigitDataException(
                $"'{options.Files[other].Name}' in '{folder}' is not MNIST's published file: its SHA-256 is "
                + $"{digests[other]} instead of {options.Files[other].Sha256}. Download it again.");
        }

        DigitImages train = Split(folder, "train", files[0], files[1]);
        DigitImages test = Split(folder, "t10k", files[2], files[3]);
        string title = other < 0 ? "MNIST" : "digits other than MNIST";
        return new DigitDataSet(
            other < 0 ? DigitDataSet.Mnist : DigitDataSet.Other, train, test, digests,
            $"{title} from {folder}: {train.Count} for training, {test.Count} for testing");
    }

    /// <summary>Indicates whether a folder holds the published file, undamaged.</summary>
    public static bool Holds(string folder, MnistFile file)
    {
        try
        {
            return Find(folder, file) is { } path && IdxFile.Read(path).Sha256() == file.Sha256;
        }
        catch (DigitDataException)
        {
            return false;
        }
    }

    private static IdxFile Read(string folder, string source, MnistFile file)
    {
        string path = Find(folder, file) ?? throw new DigitDataException(
            $"'{folder}' ({source}) holds neither {file.Name} nor {file.Name}.gz: put MNIST's four IDX files there.");
        IdxFile content;
        try
        {
            content = IdxFile.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DigitDataException($"'{path}' cannot be read: {e.Message}", e);
        }

        bool fits = file.HoldsImages
            ? content.Dimensions is [_, DigitImages.Rows, DigitImages.Columns]
            : content.Dimensions is [_];
        if (fits) return content;
        string expected = file.HoldsImages ? $"[N, {DigitImages.Rows}, {DigitImages.Columns}]" : "[N]";
        throw new DigitDataException(
            $"'{path}' has the shape [{string.Join(", ", content.Dimensions)}] instead of {expected}: check that it is "
            + "the right file.");
    }

    private static DigitImages Split(string folder, string split, IdxFile images, IdxFile labels)
    {
        try
        {
            return new DigitImages(images.Data, labels.Data);
        }
        catch (ArgumentException e)
        {
            throw new DigitDataException(
                $"The {split} files in '{folder}' do not belong together: {e.Message} Download both again.", e);
        }
    }

    private static string? Find(string folder, MnistFile file) =>
        new[] { file.Name, file.Name + ".gz" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
