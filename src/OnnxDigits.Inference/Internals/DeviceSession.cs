using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Internals;

/// <summary>A session and the device that it was made on.</summary>
internal sealed record DeviceSession(InferenceSession Session, string Device, string Provider, string? Notice);
