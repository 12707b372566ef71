using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.CommandBench;

/// <summary>What a run for one image costs beside a .NET program that does nothing, in turns.</summary>
internal static class StartUp
{
    public static StartFigures Write(string file, int rounds)
    {
        var image = new List<double>();
        var nothing = new List<double>();
        for (int round = 0; round < rounds; round++)
        {
            nothing.Add(Infer.RunNothing());
            image.Add(Infer.Run(null, file, "-q", "-f", "csv").Seconds);
        }
        var figures = new StartFigures(rounds, Spread.Of(image, 3), Spread.Of(nothing, 3));
        Console.WriteLine(FormattableString.Invariant(
            $"one image {figures.OneImage.Median:0.000} s, an empty program {figures.EmptyProgram.Median:0.000} s, medians of {rounds} in turns"));
        return figures;
    }
}

/// <summary>The command's start.</summary>
/// <param name="Rounds">Turns of each.</param>
/// <param name="OneImage">Seconds for one image.</param>
/// <param name="EmptyProgram">Seconds of a .NET program that does nothing.</param>
internal sealed record StartFigures(int Rounds, Spread OneImage, Spread EmptyProgram);
