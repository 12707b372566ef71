namespace OnnxDigits.Inference.Execution;

/// <summary>The kinds of devices, by the names that users write in lower case.</summary>
internal enum DeviceKind
{
    Auto,
    Cpu,
    Cuda,
    WebGpu,
}
