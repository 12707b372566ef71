using OnnxDigits.Imaging;

namespace OnnxDigits.Tools.Reading;

/// <summary>Reads the image files of a folder, in sets named after its subfolders.</summary>
internal static class ImageSets
{
    public static void Read(string folder, Readers readers)
    {
        foreach (var set in Find(folder))
        {
            readers.AddGroup(set.Key);
            Parallel.ForEach(set, file =>
            {
                if (Decode(file) is { } image) readers.Read(set.Key, image.Raster, LabelOf(file));
                else readers.AddUnreadable(set.Key);
            });
        }
    }

    /// <summary>Returns the image files of each set, both in ordinal order.</summary>
    public static IEnumerable<IGrouping<string, string>> Find(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => ImageFile.Extensions.Contains(Path.GetExtension(file).ToLowerInvariant()))
            .Order(StringComparer.Ordinal)
            .GroupBy(file => SetOf(folder, file))
            .OrderBy(set => set.Key, StringComparer.Ordinal);

    /// <summary>Returns the image, or <see langword="null"/> with a message if the file can't be decoded.</summary>
    public static DecodedImage? Decode(string file)
    {
        try
        {
            return ImageFile.Decode(file);
        }
        catch (ImageFileException e)
        {
            Console.Error.WriteLine(e.Message);
            return null;
        }
    }

    /// <summary>Returns the digit that a file's folder names, or <see langword="null"/>.</summary>
    public static int? LabelOf(string file) => LabelOfFolder(Path.GetFileName(Path.GetDirectoryName(file)!));

    private static string SetOf(string folder, string file)
    {
        string first = Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0];
        bool isSet = LabelOfFolder(first) is null && Directory.Exists(Path.Combine(folder, first));
        return isSet ? first : Path.GetFileName(Path.GetFullPath(folder));
    }

    private static int? LabelOfFolder(string name) => name is [>= '0' and <= '9'] ? name[0] - '0' : null;
}
