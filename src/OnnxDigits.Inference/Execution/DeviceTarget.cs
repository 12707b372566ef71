using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>A device that a session can be made on.</summary>
/// <param name="Provider">The execution provider by ONNX Runtime's name.</param>
/// <param name="Memory">The memory of the device; null when the provider tells of none.</param>
/// <param name="Append">Adds the provider, set to this device, to a session's options.</param>
internal sealed record DeviceTarget(
    string Provider, OrtMemoryInfo? Memory, Action<SessionOptions> Append);
