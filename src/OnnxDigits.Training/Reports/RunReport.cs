using System.Text.Json;
using System.Text.Json.Serialization;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Reports;

/// <summary>What one run came to, as <c>report.json</c> holds it and the model card quotes it.</summary>
internal sealed record RunReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
    };

    public const string FileName = "report.json";

    public required string Network { get; init; }

    public required long Parameters { get; init; }

    public required Recipe Recipe { get; init; }

    public required string DataSet { get; init; }

    public required string DataSetSha256 { get; init; }

    public required int Threads { get; init; }

    public required string Version { get; init; }

    public required string Torch { get; init; }

    /// <summary>Where it was trained.</summary>
    public string Device { get; init; } = TrainingDevice.Cpu;

    public required bool Interrupted { get; init; }

    public required double ValidationAccuracy { get; init; }

    public required double TestLoss { get; init; }

    public required double TestAccuracy { get; init; }

    public required int TestImages { get; init; }

    /// <summary>Without <see cref="DisputedLabels"/>; null where the test images are not MNIST's.</summary>
    public double? TestAccuracyWithoutDisputedLabels { get; init; }

    public required double[] Precision { get; init; }

    public required double[] Recall { get; init; }

    public required Agreement Agreement { get; init; }

    public required string OnnxSha256 { get; init; }

    public required double Seconds { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";

    /// <returns>null when the file is not there, cannot be read or is no report of this version.</returns>
    public static RunReport? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunReport>(File.ReadAllBytes(path), Json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
