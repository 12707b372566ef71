using System.Globalization;

namespace OnnxDigits.Tools.CommandBench;

/// <summary>What a run for one image costs beside a .NET program that does nothing, in turns.</summary>
internal static class StartUp
{
    public static void Write(string file, int rounds)
    {
        var image = new List<double>();
        var nothing = new List<double>();
        for (int round = 0; round < rounds; round++)
        {
            nothing.Add(Infer.RunNothing());
            image.Add(Infer.Run(null, file, "-q", "-f", "csv").Seconds);
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"one image {Median(image):0.000} s, an empty program {Median(nothing):0.000} s, medians of {rounds} in turns"));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
