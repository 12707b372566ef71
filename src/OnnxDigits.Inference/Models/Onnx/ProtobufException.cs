namespace OnnxDigits.Inference.Models.Onnx;

/// <summary>Bytes that are no message of its schema.</summary>
/// <param name="part">The message: <see cref="MessageSchema.Name"/>.</param>
/// <param name="fault">The rest of a sentence that starts with the part.</param>
internal sealed class ProtobufException(string part, string fault) : Exception($"its {part} {fault}")
{
    public string Part => part;

    /// <summary>The message ends before its last field does.</summary>
    public bool Truncated { get; init; }
}
