using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchOnnx.Verification;

namespace TorchOnnx;

/// <summary>Represents the result of comparing a graph with the module that it was exported from.</summary>
public sealed class VerificationReport
{
    private const double MostRounding = 1e-3;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        // A difference from NaN or infinity isn't finite itself.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Gets the name and version of the runtime that ran the graph.</summary>
    public required string Runtime { get; init; }

    /// <summary>Gets the opset of the graph.</summary>
    public required int Opset { get; init; }

    /// <summary>Gets the number of nodes in the graph.</summary>
    public required int Nodes { get; init; }

    /// <summary>
    /// Gets the number of elements in the parameters of the module and of the modules that it holds without registering
    /// them. Shared parameters count once.
    /// </summary>
    public required long Parameters { get; init; }

    /// <summary>Gets the allowed difference relative to each element of the module's result.</summary>
    public required double RelativeTolerance { get; init; }

    /// <summary>Gets the allowed difference relative to the largest absolute value of each output.</summary>
    public required double ScaleTolerance { get; init; }

    /// <summary>Gets the duration of the verification in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Gets the compared inputs.</summary>
    public required IReadOnlyList<VerificationCase> Cases { get; init; }

    /// <summary>Gets the notes of the export, <see cref="OnnxProgram.Notes"/>.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// Gets the first node whose output differs from the module's, or <see langword="null"/> if all cases passed or the
    /// node could not be found.
    /// </summary>
    public Divergence? Divergence { get; init; }

    /// <summary>
    /// Gets the names of the outputs whose equality is no evidence, because the module's results didn't change with the
    /// inputs.
    /// </summary>
    public IReadOnlyList<string> Unproven { get; init; } = [];

    /// <summary>
    /// Gets a value that indicates whether every case lies within the tolerances and <see cref="Unproven"/> is empty.
    /// </summary>
    public bool Passed => Cases.All(@case => @case.Passed) && Unproven.Count == 0;

    /// <summary>Gets the largest absolute difference in any case.</summary>
    public double MaxAbsoluteDifference => Cases.Max(@case => @case.MaxAbsoluteDifference);

    /// <summary>
    /// Gets the largest difference in any case relative to the output's scale, |graph − module| / max |module|.
    /// </summary>
    public double MaxRelativeDifference => Cases.Max(@case => @case.MaxRelativeDifference);

    /// <summary>Returns the report as indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>
    /// Returns the report as text: a summary, a line for each case, the divergence, the unproven outputs and the notes.
    /// </summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{Verdict} on {Runtime}: opset {Opset}, {Nodes} nodes, "
                + $"{Parameters:N0} parameters, {Seconds:0.0} s");
        foreach (var @case in Cases) text.AppendLine().Append("  ").Append(@case);
        if (Divergence is not null) text.AppendLine().Append("  ").Append(Divergence);
        if (Unproven.Count > 0) text.AppendLine().Append("  ").Append(UnprovenReason);
        foreach (string note in Notes) text.AppendLine().Append("  note: ").Append(note);
        return text.ToString();
    }

    private string Verdict => Passed ? "verified" : Cases.All(@case => @case.Passed) ? "UNPROVEN" : "FAILED";

    private string UnprovenReason =>
        $"{(Unproven.Count == 1 ? "output" : "outputs")} {string.Join(", ", Unproven.Select(name => $"'{name}'"))} "
            + $"didn't change by more than rounding over {Cases.Count} inputs, also much larger and smaller ones, "
            + "so equality proves nothing";

    // A small difference is often rounding, and a large one often comes from inputs that the module isn't made for.
    private static string RemedyOf(VerificationCase failed, bool isHalf) => isHalf
        ? "If float16 isn't precise enough for the module, or an operator doesn't support it, export in float32 "
            + "(HalfPrecision = false)"
        : failed.MaxRelativeDifference < MostRounding
        ? "If the difference is only rounding, set ScaleTolerance = "
            + LimitAbove(failed.MaxRelativeDifference).ToString("0e-0", CultureInfo.InvariantCulture)
            + ". Otherwise correct your converter of that module, or report a wrong built-in one"
        : "Correct your converter of that module, or report a wrong built-in one. If the module isn't made for such "
            + "inputs, make others with InputGenerators, or set the Min of a dimension";

    // Returns a power of ten of at least twice the difference.
    private static double LimitAbove(double difference) => Math.Pow(10, Math.Ceiling(Math.Log10(2 * difference)));

    internal OnnxExportException ToException(OnnxExportOptions options)
    {
        var (reason, remedy) = Cases.FirstOrDefault(@case => !@case.Passed) switch
        {
            null => ($"the graph cannot be verified on {Runtime}: {UnprovenReason}",
                "Give the module weights for which the output depends on the inputs, or export without a Verifier"),
            { Failure: Comparison.NotFinite } failed => ($"the graph cannot be verified on {Runtime} ({failed})",
                "Give the module finite weights and an example for which it returns numbers. If the module isn't made "
                    + "for such inputs, make others with InputGenerators, or set the Min of a dimension"),
            var failed => ($"the graph's result on {Runtime} differs from the module's "
                    + $"({failed}){(Divergence is null ? "" : $"; {Divergence}")}",
                RemedyOf(failed, options.HalfPrecision)),
        };
        return new(
            [
                new()
                {
                    ModulePath = Divergence?.ModulePath ?? "",
                    ModuleType = Divergence?.ModuleType ?? "model",
                    Reason = reason,
                    Remedy = remedy,
                    Line = Divergence?.Line,
                },
            ],
            this);
    }
}

/// <summary>Represents the comparison of graph and module on one input.</summary>
public sealed class VerificationCase
{
    /// <summary>Gets the name of the input, such as "example", "random 1" or "N = 3".</summary>
    public required string Name { get; init; }

    /// <summary>Gets the shapes of the inputs.</summary>
    public required IReadOnlyList<IReadOnlyList<long>> InputShapes { get; init; }

    /// <summary>Gets the largest |graph − module|; infinite if only one of the two is a number.</summary>
    public required double MaxAbsoluteDifference { get; init; }

    /// <summary>
    /// Gets the largest |graph − module| / max |module|, where the maximum is over all elements of an output.
    /// </summary>
    public required double MaxRelativeDifference { get; init; }

    /// <summary>Gets a value that indicates whether every element lies within the tolerances.</summary>
    public required bool Passed { get; init; }

    /// <summary>
    /// Gets the reason why the results could not be compared, such as the runtime's error or a different shape;
    /// otherwise <see langword="null"/>.
    /// </summary>
    public string? Failure { get; init; }

    /// <summary>Returns the case on one line.</summary>
    public override string ToString() =>
        $"{Name} {string.Join(" ", InputShapes.Select(shape => $"[{string.Join(", ", shape)}]"))}: "
            + (Failure ?? Differences);

    private string Differences => string.Create(CultureInfo.InvariantCulture,
        $"max difference {MaxAbsoluteDifference:0.0e+0} absolute, {MaxRelativeDifference:0.0e+0} of the scale")
            + (Passed ? "" : ", too large");
}

/// <summary>Represents the first node of a graph whose output differs from the module's.</summary>
public sealed class Divergence
{
    /// <summary>Gets the name of the node.</summary>
    public required string Node { get; init; }

    /// <summary>Gets the path of the module that the node was written for; empty for the root module.</summary>
    public required string ModulePath { get; init; }

    /// <summary>Gets the full name of the module's type.</summary>
    public required string ModuleType { get; init; }

    /// <summary>Gets the largest |graph − module| in the node's output.</summary>
    public required double MaxAbsoluteDifference { get; init; }

    /// <summary>Gets the line of user code that made the call, or <see langword="null"/> if it is unknown.</summary>
    public SourceLine? Line { get; init; }

    /// <summary>Returns the node, the difference and the line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"first diverging node: {Node}, off by up to {MaxAbsoluteDifference:0.0e+0}"
            + $"{(Line is null ? "" : $" ({Line})")}");
}
