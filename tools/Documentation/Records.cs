using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.Documentation;

/// <summary>What tools recorded in docs/figures.</summary>
internal static class Records
{
    public static string PathOf(string root, string file) => Path.Combine(root, "docs", "figures", file);

    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static T Read<T>(string root, string file) => FigureFile.Read<T>(PathOf(root, file));

    /// <summary>A file with a figure on each line.</summary>
    /// <exception cref="InvalidDataException">A line holds something else.</exception>
    public static IReadOnlyList<T> ReadLines<T>(string root, string file) => FigureFile.ReadLines<T>(PathOf(root, file));
}
