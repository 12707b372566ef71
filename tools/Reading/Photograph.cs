namespace OnnxDigits.Tools.Reading;

/// <summary>A picture that somebody made, in a folder named after its digit, in the folder of its set.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">Its digit.</param>
/// <param name="IsFirst">Whether it is of the half that the procedure's constants may be chosen on: of a set the first and every other after it.</param>
internal sealed record Photograph(string Path, int Label, bool IsFirst)
{
    /// <summary>The sets in a folder, by name.</summary>
    public static string[] SetsOf(string folder) => [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)];

    /// <summary>The photographs of a set, by digit and name.</summary>
    public static List<Photograph> In(string set) =>
    [
        .. (from digit in Enumerable.Range(0, 10)
            let digits = System.IO.Path.Combine(set, $"{digit}")
            where Directory.Exists(digits)
            from file in Directory.GetFiles(digits).Order(StringComparer.Ordinal)
            select (file, digit)).Select((photo, place) => new Photograph(photo.file, photo.digit, place % 2 == 0)),
    ];
}
