using OnnxDigits.Data;

namespace OnnxDigits.Training.Reports;

/// <summary>Lists the test images of MNIST whose labels human reviewers dispute.</summary>
/// <remarks>C. Northcutt, A. Athalye and J. Mueller, Pervasive label errors in test sets, 2021.</remarks>
public static class DisputedLabels
{
    /// <summary>Gets the indices of the images in the test set.</summary>
    public static IReadOnlyList<int> OfMnist { get; } =
        [947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729];

    /// <summary>Returns the test images whose labels are not disputed.</summary>
    /// <param name="test">The test images of MNIST, in order.</param>
    public static DigitImages LeaveOut(DigitImages test) =>
        test.Select([.. Enumerable.Range(0, test.Count).Except(OfMnist)]);
}
