using OnnxDigits.Data;

namespace OnnxDigits.Training.Reports;

/// <summary>The test images of MNIST whose label human reviewers do not share.</summary>
/// <remarks>C. Northcutt, A. Athalye and J. Mueller, Pervasive label errors in test sets, 2021.</remarks>
internal static class DisputedLabels
{
    /// <summary>Places in the test set, 0 for the first image.</summary>
    public static IReadOnlyList<int> OfMnist { get; } =
        [947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729];

    /// <summary>The images but those.</summary>
    /// <param name="test">MNIST's test images, in order.</param>
    public static DigitImages LeaveOut(DigitImages test) =>
        test.Select([.. Enumerable.Range(0, test.Count).Except(OfMnist)]);
}
