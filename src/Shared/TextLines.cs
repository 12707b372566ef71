using System.Text;

namespace Shared;

/// <summary>Lays out text for terminals.</summary>
internal static class TextLines
{
    /// <summary>The width that help and tables fit.</summary>
    public const int Width = 80;

    /// <summary>Returns lines with a name and a text. The text starts at a column and is wrapped there.</summary>
    public static string Entry(string name, string text, int column)
    {
        string indent = new(' ', column);
        // A long name goes on a separate line.
        bool fits = column == 0 || name.Length <= column - 2;
        var entry = new StringBuilder(fits ? name.PadRight(column) : $"{name}\n{indent}");
        return entry.AppendJoin("\n" + indent, Wrap(text, Width - column)).Append('\n').ToString();
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        yield return line;
    }
}
