using OnnxDigits.Inference.Preprocessing;
using Change = System.Func<OnnxDigits.Inference.Preprocessing.JudgedConstants, double, OnnxDigits.Inference.Preprocessing.JudgedConstants>;

namespace OnnxDigits.Tools.Reading;

/// <summary>A judged constant and the values that it may have, from where its step does nothing to where it takes everything.</summary>
/// <remarks>Doublings, or equal steps for shares that lie between none and all.</remarks>
/// <param name="Name">Of the property in <see cref="JudgedConstants"/>.</param>
/// <param name="Values">In ascending order.</param>
/// <param name="Set">The constants with this one at a value.</param>
internal sealed record ConstantRange(string Name, IReadOnlyList<double> Values, Change Set)
{
    /// <summary>All, in the order in which a picture meets them.</summary>
    public static IReadOnlyList<ConstantRange> All { get; } =
    [
        new(nameof(JudgedConstants.LeastContrast), Doublings(1, 7), (c, value) => c with { LeastContrast = (float)value }),
        new(nameof(JudgedConstants.DrawingTolerance), [0, 1, 2, 4, 8], (c, value) => c with { DrawingTolerance = (int)value }),
        new(nameof(JudgedConstants.DrawingShare), Tenths(1, 9), (c, value) => c with { DrawingShare = value }),
        new(nameof(JudgedConstants.BlackDrawingShare), Tenths(1, 9), (c, value) => c with { BlackDrawingShare = value }),
        new(nameof(JudgedConstants.BorderMajority), Tenths(5, 10), (c, value) => c with { BorderMajority = value }),
        new(nameof(JudgedConstants.LeastPhotoSide), Doublings(16, 6), (c, value) => c with { LeastPhotoSide = (int)value }),
        new(nameof(JudgedConstants.LightReach), Doublings(1 / 32.0, 6), (c, value) => c with { LightReach = value }),
        new(nameof(JudgedConstants.LeastReach), Doublings(1, 7), (c, value) => c with { LeastReach = (int)value }),
        new(nameof(JudgedConstants.LeastLight), Doublings(1 / 32.0, 6), (c, value) => c with { LeastLight = value }),
        new(nameof(JudgedConstants.LeastPhotoContrast), Doublings(1, 7), (c, value) => c with { LeastPhotoContrast = (float)value }),
        new(nameof(JudgedConstants.LeastSignalToNoise), [1, 2, 3, 4, 5, 6, 7, 8], (c, value) => c with { LeastSignalToNoise = (float)value }),
        new(nameof(JudgedConstants.ClutterShare), Doublings(1 / 64.0, 7), (c, value) => c with { ClutterShare = value }),
        new(nameof(JudgedConstants.LeastStrokeShare), Doublings(1 / 64.0, 6), (c, value) => c with { LeastStrokeShare = value }),
        new(nameof(JudgedConstants.EdgeShare), Doublings(1 / 64.0, 6), (c, value) => c with { EdgeShare = (float)value }),
    ];

    /// <summary>The constants that have their values at these places of the ranges.</summary>
    public static JudgedConstants At(IReadOnlyList<int> places) => All.Zip(places)
        .Aggregate(JudgedConstants.Default, (constants, next) => next.First.Set(constants, next.First.Values[next.Second]));

    private static double[] Doublings(double first, int count) => [.. Enumerable.Range(0, count).Select(i => first * (1 << i))];

    private static double[] Tenths(int first, int last) => [.. Enumerable.Range(first, last - first + 1).Select(i => i / 10.0)];
}
