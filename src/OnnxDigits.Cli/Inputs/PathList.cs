using System.Text;

namespace OnnxDigits.Cli.Inputs;

/// <summary>A list of paths, one to a line or with a NUL behind each as find -print0 writes them, read as it comes.</summary>
internal static class PathList
{
    // Linux takes 4,095 bytes, Windows 32,767 characters.
    private const int LongestPath = 32_767;

    /// <summary>The paths in the order of the list; empty entries are passed over.</summary>
    /// <param name="stream">UTF-8 with or without a byte order mark.</param>
    /// <param name="name">What messages call the list.</param>
    /// <param name="separator">What stands behind each path.</param>
    /// <exception cref="UsageException">The list cannot be read, or is none.</exception>
    public static IEnumerable<string> Read(Stream stream, string name, char separator)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var path = new StringBuilder();
        for (int next = ReadNext(reader, name); ; next = ReadNext(reader, name))
        {
            if (next >= 0 && next != separator)
            {
                path.Append((char)next);
                if (path.Length > LongestPath)
                    throw new UsageException(
                        $"{name} is no list of paths: an entry is longer than {LongestPath} characters; separate the paths "
                        + $"{(separator == '\n' ? "by line breaks" : "by NUL, or leave --null out")}.");
                continue;
            }
            string entry = path.ToString();
            path.Clear();
            if (separator == '\n')
                entry = entry.TrimEnd('\r');
            if (entry.Contains('\0'))
                throw new UsageException($"{name} has NUL characters in it: give --null when they separate the paths.");
            if (entry.Length > 0)
                yield return entry;
            if (next < 0)
                yield break;
        }
    }

    private static int ReadNext(StreamReader reader, string name)
    {
        try
        {
            return reader.Read();
        }
        catch (IOException e)
        {
            throw new UsageException($"{name} cannot be read: {e.Message}", innerException: e);
        }
    }
}
