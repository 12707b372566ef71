using OnnxDigits.Data.Mnist;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>Pictures in a run's folder, each for light and for dark pages; no failure of theirs ends a run.</summary>
/// <param name="folder">Where to.</param>
/// <param name="warn">Is told, once, what went wrong.</param>
internal sealed class PictureFiles(string folder, Action<string> warn)
{
    private bool _warned;

    /// <summary>Draws a picture in each palette and writes it, or throws what went wrong.</summary>
    public static void Write(string folder, string name, Func<Palette, byte[]> draw)
    {
        foreach (Palette palette in Palette.All)
        {
            byte[] png = draw(palette);
            AtomicFile.Write(Path.Combine(folder, $"{name}{palette.Suffix}.png"), stream => stream.Write(png));
        }
    }

    /// <summary>Draws a picture in each palette and writes it.</summary>
    /// <param name="name">Of the file, with neither the palette's suffix nor an extension.</param>
    /// <param name="draw">Gives a PNG file.</param>
    public void Write(string name, Func<Palette, byte[]> draw)
    {
        try
        {
            Write(folder, name, draw);
        }
        // Whatever it is, from a full disk to a library of the system that is not there: the model matters more.
        catch (Exception e)
        {
            if (_warned) return;

            _warned = true;
            string reason = e.GetBaseException().Message.Split('\n')[0].TrimEnd();
            warn($"Pictures are missing, and the rest of the run is whole: {reason}");
        }
    }
}
