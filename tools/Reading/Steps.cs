using OnnxDigits.Inference;
using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Tools.Reading;

/// <summary>The pipeline cut off behind each of its steps, so that the table shows what a step is worth.</summary>
internal static class Steps
{
    /// <summary>Each takes a picture and gives the 784 bytes that the network would see; null where nothing is found.</summary>
    public static IReadOnlyList<(string Name, Func<GrayImage, byte[]?> Apply)> All { get; } =
    [
        ("squeezed into 28×28", gray => Squeeze(gray)),
        ("+ polarity", gray => Squeeze(Upright(gray))),
        ("+ background taken away", gray => Ink(gray) is { } ink ? Squeeze(ink) : null),
        ("+ cropped, longer side into 20", gray => Place(Ink(gray), widens: false, centresMass: false)),
        ("+ centre of mass", gray => Place(Ink(gray), widens: false, centresMass: true)),
        ("+ hairlines widened (all)", gray => Place(Ink(gray), widens: true, centresMass: true)),
    ];

    /// <summary>The whole pipeline without one step, for those that others follow and that can be left out.</summary>
    public static IReadOnlyList<(string Name, Func<GrayImage, byte[]?> Apply)> AllBut { get; } =
    [
        ("all but the background", gray => Place(Upright(gray), widens: true, centresMass: true)),
        ("all but the centre of mass", gray => Place(Ink(gray), widens: true, centresMass: false)),
    ];

    /// <summary>The grey values that all steps start from.</summary>
    public static GrayImage Gray(RasterImage raster) => LumaConversion.Convert(raster);

    private static GrayImage? Ink(GrayImage gray) => InkExtraction.Extract(gray, JudgedConstants.Default, out _);

    private static GrayImage Upright(GrayImage gray)
    {
        InkExtraction.Extract(gray, JudgedConstants.Default, out bool inverted);
        var result = new GrayImage(gray.Width, gray.Height);
        for (int i = 0; i < gray.Values.Length; i++)
            result.Values[i] = inverted ? 255 - gray.Values[i] : gray.Values[i];
        return result;
    }

    private static byte[] Squeeze(GrayImage gray)
    {
        var all = new InkBounds(0, 0, gray.Width - 1, gray.Height - 1);
        return [.. InkPlacement.Resample(gray, -1, all, 28, 28).Select(value => (byte)MathF.Round(value))];
    }

    private static byte[]? Place(GrayImage? ink, bool widens, bool centresMass)
    {
        if (ink is null) return null;
        byte[] output = new byte[DigitPreprocessing.OutputLength];
        // What is in MNIST's form already passes through, as in the whole pipeline.
        if (!MnistForm.TryCopy(ink, output))
            InkPlacement.Place(ink, JudgedConstants.Default.EdgeShare, output, widens, centresMass);
        return output;
    }
}
