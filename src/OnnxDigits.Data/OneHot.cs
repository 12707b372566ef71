namespace OnnxDigits.Data;

/// <summary>Labels as the notebook's <c>to_categorical</c> gives them.</summary>
public static class OneHot
{
    /// <summary>Encodes labels: row n is 1 at column <c>labels[n]</c> and 0 elsewhere.</summary>
    /// <param name="labels">N labels, each 0 to 9.</param>
    /// <returns>Shape [N, 10].</returns>
    /// <exception cref="ArgumentOutOfRangeException">A label is above 9.</exception>
    public static float[] Encode(ReadOnlySpan<byte> labels)
    {
        var rows = new float[labels.Length * DigitImages.Classes];
        for (var i = 0; i < labels.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual<int>(labels[i], DigitImages.Classes, nameof(labels));
            rows[(i * DigitImages.Classes) + labels[i]] = 1;
        }

        return rows;
    }
}
