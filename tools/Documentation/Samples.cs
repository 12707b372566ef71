using OnnxDigits.Data;
using OnnxDigits.Tools.Reading;

namespace OnnxDigits.Tools.Documentation;

/// <summary>Digits that the generator draws, as files of some kinds: the pictures need no data set and show nobody's hand.</summary>
internal static class Samples
{
    private static readonly DigitImages Digits = DigitGenerator.Draw(seed: 7, count: 200);

    /// <summary>A digit as an image file.</summary>
    /// <param name="digit">Which.</param>
    /// <param name="condition">The kind, by its name in a table of conditions.</param>
    public static byte[] File(int digit, string condition)
    {
        int place = Enumerable.Range(0, Digits.Count).First(i => Digits.Label(i) == digit);
        return Condition.All.Concat(Condition.Photographed).First(kind => kind.Name == condition).Render(new Drawing(Digits.Image(place).ToArray()), new Random(digit));
    }
}
