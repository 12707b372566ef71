using System.Text.Json;
using System.Text.Json.Serialization;

namespace OnnxDigits.Training.Checkpoints;

/// <summary>What a checkpoint file holds: which run it belongs to, how far that was, and its tensors.</summary>
/// <remarks>
/// The file is a safetensors file. Its metadata are <c>sha256</c>, the format's name and version, and the run and its
/// progress as JSON; its tensors are <c>weights/…</c>, <c>optimizer/…</c>, <c>best/…</c> and <c>random/torch</c>.
/// </remarks>
internal sealed record Checkpoint(RunIdentity Run, RunProgress Progress, SafetensorsFile Tensors)
{
    /// <summary>Name and version of the format; a file of another one is refused.</summary>
    public const string Format = "onnxdigits training checkpoint 1";

    private const string FormatKey = "format";
    private const string RunKey = "run";
    private const string ProgressKey = "progress";

    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Writes a run's state, sealed later, into a buffer.</summary>
    public static void Write(MemoryStream file, RunIdentity run, TrainingState state)
    {
        var progress = new RunProgress(state.Position, [.. state.Epochs], state.Best.Epoch);
        var metadata = new Dictionary<string, string>
        {
            [FormatKey] = Format,
            [RunKey] = JsonSerializer.Serialize(run, Json),
            [ProgressKey] = JsonSerializer.Serialize(progress, Json),
        };
        state.Read(tensors => SafetensorsWriter.Write(file, metadata, tensors));
    }

    /// <exception cref="DamagedCheckpointException">The bytes are not a whole checkpoint.</exception>
    /// <exception cref="ResumeException">It is whole and of another format.</exception>
    public static Checkpoint Read(byte[] file)
    {
        var tensors = new SafetensorsFile(file);
        string format = tensors.Metadata.GetValueOrDefault(FormatKey, "none");
        if (format != Format)
            throw new ResumeException($"has the format '{format}', and this version reads '{Format}'");

        try
        {
            RunProgress progress = Parse<RunProgress>(tensors, ProgressKey);
            if (!progress.IsSound)
                throw new DamagedCheckpointException("its epochs and its position contradict each other");
            return new Checkpoint(Parse<RunIdentity>(tensors, RunKey), progress, tensors);
        }
        catch (JsonException e)
        {
            throw new DamagedCheckpointException("it does not say which run it belongs to", e);
        }
    }

    private static T Parse<T>(SafetensorsFile tensors, string key) =>
        JsonSerializer.Deserialize<T>(tensors.Metadata.GetValueOrDefault(key, "null"), Json) ?? throw new JsonException();
}
