namespace OnnxDigits.Inference.Execution;

/// <summary>Any GPU with Vulkan, Metal or Direct3D 12.</summary>
internal sealed class WebGpuProvider : DeviceProvider
{
    public override DeviceKind Kind => DeviceKind.WebGpu;

    public override string RuntimeName => "WebGpuExecutionProvider";

    public override string Title => "WebGPU";

    public override string HowToGet =>
        "name the library of the package Microsoft.ML.OnnxRuntime.EP.WebGpu as provider library, or run with an ONNX "
        + "Runtime library that has the provider, on a machine with a GPU driver for Vulkan, Metal or Direct3D 12";

    public override string WhatItNeeds => "install a GPU driver for Vulkan, Metal or Direct3D 12";

    // All its sessions share one device and one queue of commands, which two threads at once have torn apart (ONNX Runtime
    // 1.30: errors of command encoders, then a crash).
    public override Lock? Gate { get; } = new();

    protected override DeviceTarget BuiltIn(DeviceName device) => device.Index == 0
        ? new(RuntimeName, MemoryOf("WebGPU_Buffer", device), options => options.AppendExecutionProvider("WebGPU", []))
        : throw new DigitDeviceException(
            $"The device '{device}' is not there: the WebGPU provider of this ONNX Runtime library takes the one GPU that "
            + "the system prefers, 'webgpu:0'.");
}
