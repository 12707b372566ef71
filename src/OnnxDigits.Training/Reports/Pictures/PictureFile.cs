namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>Writes pictures for light and dark pages.</summary>
public static class PictureFile
{
    /// <summary>Draws a picture in both palettes and writes <c>NAME.png</c> and <c>NAME-dark.png</c>.</summary>
    /// <param name="folder">The folder, which must exist.</param>
    /// <param name="name">The file name without extension.</param>
    /// <param name="draw">Returns the picture as PNG.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void WriteBoth(string folder, string name, Func<Palette, byte[]> draw)
    {
        foreach (Palette palette in Palette.All)
        {
            byte[] png = draw(palette);
            AtomicFile.Write(Path.Combine(folder, $"{name}{palette.Suffix}.png"), stream => stream.Write(png));
        }
    }
}
