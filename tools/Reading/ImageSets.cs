using OnnxDigits.Imaging;

namespace OnnxDigits.Tools.Reading;

/// <summary>Reads the image files of a folder, in sets named after its subfolders.</summary>
internal static class ImageSets
{
    public static void Read(string folder, Readers readers)
    {
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => ImageFile.Extensions.Contains(Path.GetExtension(file).ToLowerInvariant()))
            .ToLookup(file => SetOf(folder, file));
        foreach (string set in files.Select(group => group.Key).Order(StringComparer.Ordinal))
        {
            readers.AddGroup(set);
            Parallel.ForEach(files[set], file => Read(set, file, readers));
        }
    }

    private static void Read(string set, string file, Readers readers)
    {
        try
        {
            readers.Read(set, ImageFile.Decode(file).Raster, LabelOf(Path.GetFileName(Path.GetDirectoryName(file)!)));
        }
        catch (ImageFileException e)
        {
            Console.Error.WriteLine(e.Message);
            readers.AddUnreadable(set);
        }
    }

    private static string SetOf(string folder, string file)
    {
        string first = Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0];
        bool isSet = LabelOf(first) is null && Directory.Exists(Path.Combine(folder, first));
        return isSet ? first : Path.GetFileName(Path.GetFullPath(folder));
    }

    private static int? LabelOf(string name) => name is [>= '0' and <= '9'] ? name[0] - '0' : null;
}
