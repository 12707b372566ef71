using System.Globalization;
using System.Text.Json.Nodes;

namespace OnnxDigits.Training.Sweeps;

/// <summary>Represents the range from which a sweep draws the values of a setting.</summary>
internal sealed record SweepRange
{
    /// <summary>Gets the smallest value.</summary>
    public double? Min { get; init; }

    /// <summary>Gets the largest value.</summary>
    public double? Max { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the logarithm of the value is drawn uniformly, instead of the value.
    /// </summary>
    public bool Log { get; init; }

    /// <summary>Gets the error message of an invalid range, or <c>null</c> if it is valid.</summary>
    public string? Error =>
        Min is null || Max is null ? "needs min and max"
        : !(Min < Max) ? "needs a min below its max"
        : Log && Min <= 0 ? "needs a min above 0, because log is true"
        : null;

    /// <summary>Draws a value.</summary>
    /// <param name="random">The generator.</param>
    /// <param name="isWhole">Indicates whether the setting takes whole numbers.</param>
    public JsonNode Draw(Random random, bool isWhole)
    {
        double min = Min!.Value, max = isWhole ? Max!.Value + 1 : Max!.Value, position = random.NextDouble();
        double value = Log ? min * Math.Pow(max / min, position) : min + ((max - min) * position);
        if (isWhole) return JsonValue.Create((long)Math.Min(value, Max.Value));

        // Rounds to four digits, which are readable and hide differences of Math.Pow between processors.
        double rounded = double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return JsonValue.Create(Math.Clamp(rounded, min, max));
    }
}
