using System.Text.Json;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Tools.Explain.Ablations;

/// <summary>What one training came to.</summary>
/// <param name="Digest">Of all that decides it.</param>
/// <param name="Parameters">Trainable scalars.</param>
/// <param name="TestAccuracy">Part of the test images read right, 0..1.</param>
internal sealed record AblationResult(string Digest, long Parameters, double TestAccuracy)
{
    /// <returns>null where there is none, or one of something else.</returns>
    public static AblationResult? TryRead(string path, string digest)
    {
        try
        {
            AblationResult? read = JsonSerializer.Deserialize<AblationResult>(File.ReadAllBytes(path), RunData.Json);
            return read?.Digest == digest ? read : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, JsonSerializer.Serialize(this, RunData.Json) + "\n");
    }
}
