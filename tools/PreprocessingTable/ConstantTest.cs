using OnnxDigits.Data;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;
using OnnxDigits.Inference.Internals.Preprocessing;
using Change = System.Func<OnnxDigits.Inference.Internals.Preprocessing.JudgedConstants, double, OnnxDigits.Inference.Internals.Preprocessing.JudgedConstants>;

namespace OnnxDigits.Tools.PreprocessingTable;

/// <summary>Reads pictures with each judged constant moved away from its value.</summary>
internal static class ConstantTest
{
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

    /// <param name="folder">Sets of photographs: of each set, by digit and name, every other is in the first half, from the first on.</param>
    /// <param name="training">Images to render as pages, of which there are <paramref name="pages"/>, as many of each kind.</param>
    /// <param name="pages">How many pages.</param>
    /// <param name="networks">Of which conv reads: it forgives the least.</param>
    public static ConstantFigures Run(string folder, DigitImages training, int pages, Networks networks)
    {
        Photograph[][] sets = [.. Photograph.SetsOf(folder).Select(set => Photograph.In(set).ToArray())];
        Picture[] Half(int from) =>
        [
            .. sets.SelectMany(photos => photos.Where((_, place) => place % 2 == from))
                .Select(photo => new Picture(File.ReadAllBytes(photo.Path), photo.Label)),
        ];
        (Picture[] first, Picture[] second, Picture[] rendered) = (Half(0), Half(1), Render(training, pages));
        Reading Read(JudgedConstants constants) => new(Count(first, constants, networks), Count(second, constants, networks), Count(rendered, constants, networks));
        var asItIs = Read(JudgedConstants.Default);
        var rows = Constants.ToDictionary(
            constant => constant.Name,
            constant => Factors.Select(factor => factor == 1 ? asItIs : Read(constant.Scale(JudgedConstants.Default, factor))).ToArray());
        return new ConstantFigures(networks.Digests["conv"], first.Length, second.Length, pages, Factors, rows);
    }

    private static int Count(Picture[] pictures, JudgedConstants constants, Networks networks)
    {
        int right = 0;
        Parallel.ForEach(pictures, picture =>
        {
            Span<byte> image = stackalloc byte[DigitPreprocessing.OutputLength];
            var result = DigitPreprocessing.Apply(ImageFile.Decode(picture.File).Raster, constants, image);
            if (!result.IsBlank && networks.Read((int)EmbeddedModel.Conv, image) == picture.Label)
                Interlocked.Increment(ref right);
        });
        return right;
    }

    // What a camera does to a page, and a JPEG to a drawing.
    private static Picture[] Render(DigitImages training, int pages)
    {
        Condition[] kinds = [.. Condition.All.Where(condition => condition.Name.Contains("light") || condition.Name.Contains("grain") || condition.Name.Contains("quality"))];
        return [.. Enumerable.Range(0, pages).Select(i => new Picture(
            kinds[i % kinds.Length].Render(training.Image(i).ToArray(), new Random(i)), training.Label(i)))];
    }

    private sealed record Picture(byte[] File, int Label);
}
