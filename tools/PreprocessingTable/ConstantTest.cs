using OnnxDigits.Data;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;
using OnnxDigits.Inference.Internals.Preprocessing;
using Change = System.Func<OnnxDigits.Inference.Internals.Preprocessing.JudgedConstants, double, OnnxDigits.Inference.Internals.Preprocessing.JudgedConstants>;

namespace OnnxDigits.Tools.PreprocessingTable;

/// <summary>Reads pictures with each judged constant moved away from its value.</summary>
internal static class ConstantTest
{
    private static readonly EmbeddedModel[] Readers = [EmbeddedModel.Conv, new DigitClassifierOptions().Model];

    private static readonly double[] Factors = [0.25, 0.5, 0.75, 1, 1.5, 2, 4];

    private static readonly (string Name, Change Scale)[] Constants =
    [
        (nameof(JudgedConstants.LongestSide), (c, factor) => c with { LongestSide = (int)(c.LongestSide * factor) }),
        (nameof(JudgedConstants.LeastContrast), (c, factor) => c with { LeastContrast = (float)(c.LeastContrast * factor) }),
        (nameof(JudgedConstants.DrawingShare), (c, factor) => c with { DrawingShare = c.DrawingShare * factor }),
        (nameof(JudgedConstants.BlackDrawingShare), (c, factor) => c with { BlackDrawingShare = c.BlackDrawingShare * factor }),
        (nameof(JudgedConstants.LeastPhotoSide), (c, factor) => c with { LeastPhotoSide = (int)(c.LeastPhotoSide * factor) }),
        (nameof(JudgedConstants.LightReach), (c, factor) => c with { LightReach = c.LightReach * factor }),
        (nameof(JudgedConstants.LeastPhotoContrast), (c, factor) => c with { LeastPhotoContrast = (float)(c.LeastPhotoContrast * factor) }),
        (nameof(JudgedConstants.LeastSignalToNoise), (c, factor) => c with { LeastSignalToNoise = (float)(c.LeastSignalToNoise * factor) }),
        (nameof(JudgedConstants.LeastStrokeShare), (c, factor) => c with { LeastStrokeShare = c.LeastStrokeShare * factor }),
        (nameof(JudgedConstants.EdgeShare), (c, factor) => c with { EdgeShare = (float)(c.EdgeShare * factor) }),
    ];

    /// <param name="folder">Sets of photographs.</param>
    /// <param name="training">Images to render as pages, of which there are <paramref name="pages"/>, as many of each <see cref="Condition"/>.</param>
    /// <param name="pages">How many pages.</param>
    /// <param name="only">Only the constants whose name holds this; null for all.</param>
    /// <param name="networks">Of which conv reads, which forgives the least, and the default.</param>
    public static ConstantFigures Run(string folder, DigitImages training, int pages, string? only, Networks networks)
    {
        ILookup<bool, Picture> halves = Photograph.SetsOf(folder).SelectMany(Photograph.In)
            .ToLookup(photo => photo.IsFirst, photo => new Picture(File.ReadAllBytes(photo.Path), photo.Label));
        (Picture[] first, Picture[] second) = ([.. halves[true]], [.. halves[false]]);
        Picture[] pictures = [.. first, .. Render(training, pages), .. second];
        int toChooseOn = pictures.Length - second.Length;
        bool[][] before = Right(pictures, JudgedConstants.Default, networks);
        Dictionary<string, Reading> Read(JudgedConstants constants)
        {
            bool[][] right = Right(pictures, constants, networks);
            return Readers.Index().ToDictionary(reader => Networks.NameOf(reader.Item), reader =>
            {
                (bool[] was, bool[] now) = (before[reader.Index], right[reader.Index]);
                int Of(Range part) => now[part].Count(isRight => isRight);
                return new Reading(
                    Of(..first.Length), Of(toChooseOn..), Of(first.Length..toChooseOn),
                    Enumerable.Range(0, toChooseOn).Count(i => now[i] && !was[i]), Enumerable.Range(0, toChooseOn).Count(i => was[i] && !now[i]));
            });
        }

        var asItIs = Read(JudgedConstants.Default);
        var rows = Constants.Where(constant => only is null || constant.Name.Contains(only, StringComparison.OrdinalIgnoreCase)).ToDictionary(
            constant => constant.Name,
            constant => Factors.Select(factor => factor == 1 ? asItIs : Read(constant.Scale(JudgedConstants.Default, factor))).ToArray());
        return new ConstantFigures(
            Readers.Select(Networks.NameOf).ToDictionary(name => name, name => networks.Digests[name]), first.Length, second.Length, pages, Factors, rows);
    }

    // Whether each picture is read rightly, by reader.
    private static bool[][] Right(Picture[] pictures, JudgedConstants constants, Networks networks)
    {
        bool[][] right = [.. Readers.Select(_ => new bool[pictures.Length])];
        Parallel.For(0, pictures.Length, n =>
        {
            Span<byte> image = stackalloc byte[DigitPreprocessing.OutputLength];
            if (DigitPreprocessing.Apply(ImageFile.Decode(pictures[n].File).Raster, constants, image).IsBlank) return;
            for (int i = 0; i < Readers.Length; i++) right[i][n] = networks.Read((int)Readers[i], image) == pictures[n].Label;
        });
        return right;
    }

    private static Picture[] Render(DigitImages training, int pages) =>
    [
        .. Enumerable.Range(0, pages).Select(i => new Picture(
            Condition.All[i % Condition.All.Count].Render(new Drawing(training.Image(i).ToArray()), new Random(i)), training.Label(i))),
    ];

    private sealed record Picture(byte[] File, int Label);
}
