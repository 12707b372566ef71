namespace Shared;

/// <summary>Suggests the name that a user meant.</summary>
internal static class Suggestion
{
    private static readonly char[] Dashes = ['-', '–', '—'];

    /// <summary>Returns a question about the name that is most similar to a word, or an empty text.</summary>
    public static string For(string word, IEnumerable<string> names) =>
        Nearest(word, names) is { } name ? $" Did you mean '{name}'?" : "";

    /// <summary>
    /// Returns the name that differs from a word in at most a quarter of its letters, or <c>null</c>. Dashes at the
    /// start don't count.
    /// </summary>
    public static string? Nearest(string word, IEnumerable<string> names) =>
        names.Select(name => (Name: name, Distance: Distance(word.TrimStart(Dashes), name.TrimStart(Dashes))))
            .Where(item => item.Distance <= item.Name.TrimStart(Dashes).Length / 4)
            .OrderBy(item => item.Distance).Select(item => item.Name).FirstOrDefault();

    // The number of letters to insert, delete, replace or swap with the next one.
    private static int Distance(string one, string other)
    {
        int[,] distances = new int[one.Length + 1, other.Length + 1];
        for (int i = 0; i <= one.Length; i++)
        {
            for (int j = 0; j <= other.Length; j++)
            {
                distances[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    distances[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1),
                    1 + Math.Min(distances[i - 1, j], distances[i, j - 1]));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    distances[i, j] = Math.Min(distances[i, j], distances[i - 2, j - 2] + 1);
                }
            }
        }
        return distances[one.Length, other.Length];
    }
}
