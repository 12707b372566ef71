using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TorchOnnx;

/// <summary>What a verification compared and found.</summary>
/// <param name="Runtime">Name and version of the runtime.</param>
/// <param name="Opset">The operator set of the graph.</param>
/// <param name="Nodes">How many nodes the graph has.</param>
/// <param name="Parameters">How many numbers the module's parameters hold.</param>
/// <param name="RelativeTolerance">The difference that was allowed in proportion to the module's result.</param>
/// <param name="AbsoluteTolerance">The difference that was allowed whatever the size of the result.</param>
/// <param name="Seconds">How long the verification took.</param>
/// <param name="Cases">The comparisons.</param>
/// <param name="Divergence">Where the first failed case leaves the module's values; null when all passed.</param>
public sealed record VerificationReport(
    string Runtime,
    int Opset,
    int Nodes,
    long Parameters,
    double RelativeTolerance,
    double AbsoluteTolerance,
    double Seconds,
    IReadOnlyList<VerificationCase> Cases,
    Divergence? Divergence)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        // A difference from or to NaN or infinity is itself no finite number.
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Whether every case lay within the tolerances.</summary>
    public bool Passed => Cases.All(@case => @case.Passed);

    /// <summary>The largest absolute difference of all cases.</summary>
    public double MaxAbsoluteDifference => Cases.Max(@case => @case.MaxAbsoluteDifference);

    /// <summary>The largest relative difference of all cases, |graph − module| / |module|.</summary>
    public double MaxRelativeDifference => Cases.Max(@case => @case.MaxRelativeDifference);

    /// <summary>The report as indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The report for people: one line of facts, one per case, one for a divergence.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{(Passed ? "verified" : "FAILED")} on {Runtime}: opset {Opset}, {Nodes} nodes, {Parameters:N0} parameters, {Seconds:0.0} s");
        foreach (var @case in Cases) text.AppendLine().Append("  ").Append(@case);
        if (Divergence is not null) text.AppendLine().Append("  ").Append(Divergence);
        return text.ToString();
    }

    internal OnnxExportException ToException()
    {
        var failed = Cases.First(@case => !@case.Passed);
        string where = Divergence is null ? "" : $"; {Divergence}";
        return new(
            [new(Divergence?.ModulePath ?? "", Divergence?.ModuleType ?? "model",
                $"the graph's result on {Runtime} is not the module's ({failed}){where}",
                "Correct the converter of that module, or loosen the tolerances if the difference is only rounding",
                Divergence?.Line)],
            this);
    }
}
