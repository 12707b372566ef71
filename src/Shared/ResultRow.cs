using System.Drawing;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace Shared;

/// <summary>Represents the result of one input.</summary>
internal sealed record ResultRow(string Path, int? Label, string Model)
{
    /// <summary>
    /// Gets the prediction, or <c>null</c> if the input failed or has its digits in <see cref="Found"/>.
    /// </summary>
    public DigitPrediction? Prediction { get; init; }

    /// <summary>Gets the reason why the input failed, or <c>null</c> if it didn't.</summary>
    public string? Error { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public bool? Inverted { get; init; }

    /// <summary>Gets the findings of preprocessing.</summary>
    public PreprocessingResult Prepared { get; init; }

    /// <summary>Gets the digits that were found on the picture, or <c>null</c> without <c>--all</c>.</summary>
    public IReadOnlyList<LocatedDigit>? Found { get; init; }

    /// <summary>
    /// Gets the index of the line of writing, from 0, or <c>null</c> if the row isn't for a digit of
    /// <see cref="Found"/>.
    /// </summary>
    public int? Line { get; init; }

    /// <summary>Gets the index of the digit on the picture, from 0.</summary>
    public int? Index { get; init; }

    /// <summary>Gets the box around the digit.</summary>
    public PixelBox? Box { get; init; }

    /// <summary>Gets the annotated picture as PNG, or <c>null</c> if it was not requested.</summary>
    public byte[]? Annotated { get; init; }

    /// <summary>Gets the 28×28 pixels that the network sees. Empty if the input failed.</summary>
    public ReadOnlyMemory<byte> Image { get; init; }

    public int? Digit => Prediction?.Digit;

    /// <summary>Gets a value that indicates whether the digit differs from the label.</summary>
    public bool IsMisread => Digit is { } digit && Label is { } label && digit != label;

    /// <summary>Gets the reason why the digit is uncertain, or <c>null</c> if it isn't.</summary>
    public string? Reason => Prediction?.Reason switch
    {
        UncertaintyReason.LowConfidence => "low confidence",
        UncertaintyReason.SeveralDigits => "several digits",
        _ => null,
    };

    /// <summary>Gets a row for each digit. A picture without digits keeps this row.</summary>
    public IReadOnlyList<ResultRow> Digits => Found is null or []
        ? [this]
        :
        [
            .. Found.Select((digit, index) => this with
            {
                Found = null,
                Annotated = null,
                Prediction = digit.Prediction,
                Line = digit.Line,
                Index = index,
                Box = new(digit.Box.X, digit.Box.Y, digit.Box.Width, digit.Box.Height),
            }),
        ];

    /// <summary>Gets the digits of each line of writing as a number.</summary>
    public IReadOnlyList<string> Numbers =>
    [
        .. (Found ?? []).GroupBy(digit => digit.Line)
            .Select(line => string.Concat(line.Select(digit => digit.Prediction.Digit))),
    ];

    /// <summary>Returns the row with a prediction, or the row itself if it has an error.</summary>
    public ResultRow With(DigitPrediction prediction) =>
        Error is null ? this with { Prediction = prediction.With(Prepared) } : this;

    /// <summary>Returns the row with all digits of a picture. Their boxes are scaled to the picture's size.</summary>
    public ResultRow With(IReadOnlyList<LocatedDigit> digits, DecodedImage decoded)
    {
        double scale = (double)decoded.Width / decoded.Raster.Width;
        return this with
        {
            Prediction = digits is [] ? DigitPrediction.Blank : null,
            Inverted = digits is [var first, ..] && first.Prediction.Inverted,
            Found = [.. digits.Select(digit => digit with { Box = Scale(digit.Box, scale) })],
        };
    }

    public string Status => Prediction?.Status switch
    {
        _ when Found is not null and not [] =>
            Found.All(digit => digit.Prediction.Status == PredictionStatus.Ok) ? "ok" : "uncertain",
        PredictionStatus.Ok => "ok",
        PredictionStatus.Uncertain => "uncertain",
        PredictionStatus.Blank => "blank",
        _ => "error",
    };

    /// <summary>Returns the most probable digits, best first. Empty if no digit was read.</summary>
    public BestDigits Best(int count)
    {
        if (Prediction is not { Digit: not null } prediction) return new([]);
        float[] scores = [.. prediction.Scores];
        return new([.. scores.Index().OrderByDescending(score => score.Item).Take(count)]);
    }

    private static Rectangle Scale(Rectangle box, double scale) => Rectangle.FromLTRB(
        (int)(box.Left * scale), (int)(box.Top * scale), (int)(box.Right * scale), (int)(box.Bottom * scale));
}

/// <summary>Represents an upright rectangle in pixels of the picture.</summary>
internal readonly record struct PixelBox(int X, int Y, int Width, int Height)
{
    /// <summary>Returns the numbers as one field, such as <c>12 40 20 28</c>.</summary>
    public override string ToString() => $"{X} {Y} {Width} {Height}";
}
