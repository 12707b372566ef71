namespace OnnxDigits.Data;

/// <summary>Encodes labels as one-hot vectors, as Keras's <c>to_categorical</c> does.</summary>
public static class OneHot
{
    /// <summary>Returns rows that are 1 at the column of the label and 0 elsewhere.</summary>
    /// <param name="labels">The labels, shape [N], each 0 to 9.</param>
    /// <returns>The rows, shape [N, 10].</returns>
    /// <exception cref="ArgumentOutOfRangeException">A label is greater than 9.</exception>
    public static float[] Encode(ReadOnlySpan<byte> labels)
    {
        var rows = new float[labels.Length * DigitImages.Classes];
        for (int i = 0; i < labels.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual<int>(labels[i], DigitImages.Classes, nameof(labels));
            rows[(i * DigitImages.Classes) + labels[i]] = 1;
        }
        return rows;
    }
}
