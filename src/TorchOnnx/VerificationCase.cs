using System.Globalization;

namespace TorchOnnx;

/// <summary>One input on which graph and module were compared.</summary>
/// <param name="Name">What the input is: "example", "random 1", "N = 3" and so on.</param>
/// <param name="InputShapes">The shapes of the inputs.</param>
/// <param name="MaxAbsoluteDifference">The largest |graph − module|; infinite where one of both is no number.</param>
/// <param name="MaxRelativeDifference">The largest |graph − module| / |module|, where the module's value is not 0.</param>
/// <param name="Passed">Whether every element lay within the tolerances.</param>
/// <param name="Failure">Why nothing could be compared: the runtime's error or another shape; null otherwise.</param>
public sealed record VerificationCase(
    string Name,
    IReadOnlyList<IReadOnlyList<long>> InputShapes,
    double MaxAbsoluteDifference,
    double MaxRelativeDifference,
    bool Passed,
    string? Failure = null)
{
    /// <summary>The case on one line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Name} {string.Join(" ", InputShapes.Select(shape => $"[{string.Join(", ", shape)}]"))}: {Failure ??
            $"max difference {MaxAbsoluteDifference:0.0e+0} absolute, {MaxRelativeDifference:0.0e+0} relative"}{(Passed ? "" : ", too large")}");
}
