using System.Text;

namespace OnnxDigits.Cli.Inputs;

/// <summary>Reads a list of paths while it is written, such as the output of <c>find</c>.</summary>
internal static class PathList
{
    // The longest path of Windows. Linux allows 4,095 bytes.
    private const int MaxPathLength = 32_767;

    /// <summary>Returns the paths in the order of the list, without empty ones.</summary>
    /// <param name="open">Opens the list, in UTF-8 with or without a byte order mark.</param>
    /// <param name="name">The name of the list in error messages.</param>
    /// <param name="separator">The character that ends each path: a line feed or NUL.</param>
    /// <exception cref="CommandException">The list cannot be read, or is not a list of paths.</exception>
    public static IEnumerable<string> Read(Func<Stream> open, string name, char separator)
    {
        using var reader = Guard(() => new StreamReader(open(), Encoding.UTF8), name);
        Func<int> read = reader.Read;
        var path = new StringBuilder();
        for (int next = Guard(read, name); ; next = Guard(read, name))
        {
            if (next >= 0 && next != separator)
            {
                path.Append((char)next);
                if (path.Length > MaxPathLength)
                {
                    throw new CommandException(
                        $"{name} has a path that is longer than {MaxPathLength} characters. Separate the paths "
                        + $"{(separator == '\n' ? "by line breaks" : "by NUL, or leave out --null")}.");
                }
                continue;
            }
            string entry = path.ToString();
            path.Clear();
            if (separator == '\n') entry = entry.TrimEnd('\r');
            if (entry.Contains('\0'))
            {
                throw new CommandException($"{name} contains NUL. Give --null if NUL separates the paths.");
            }
            if (entry.Length > 0) yield return entry;
            if (next < 0) yield break;
        }
    }

    private static T Guard<T>(Func<T> read, string name)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string reason = e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "it does not exist.",
                UnauthorizedAccessException => "access is denied.",
                _ => e.Message,
            };
            throw new CommandException($"{name} cannot be read: {reason}", innerException: e);
        }
    }
}
