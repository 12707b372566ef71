using System.Text.Json.Serialization;

namespace OnnxDigits.Tools.Documentation;

/// <summary>The part of what <c>infer evaluate --format json</c> says that pages show.</summary>
/// <param name="TrainedOn">The data set of the model.</param>
/// <param name="Dataset">The data set whose test images it read.</param>
/// <param name="Images">How many.</param>
/// <param name="Accuracy">0..1.</param>
internal sealed record EvaluationFigure(
    [property: JsonPropertyName("trained_on")] string TrainedOn, string Dataset, int Images, double Accuracy);
