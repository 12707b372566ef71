using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>NVIDIA's GPUs.</summary>
internal sealed class CudaProvider : DeviceProvider
{
    public override DeviceKind Kind => DeviceKind.Cuda;

    public override string RuntimeName => "CUDAExecutionProvider";

    public override string Title => "CUDA";

    public override string HowToGet =>
        "run with the package Microsoft.ML.OnnxRuntime.Gpu (libonnxruntime_providers_cuda) in place of "
        + "Microsoft.ML.OnnxRuntime, or name the library of the package Microsoft.ML.OnnxRuntime.EP.Cuda as provider "
        + "library, on a machine with an NVIDIA driver, CUDA and cuDNN";

    public override string WhatItNeeds =>
        "install the NVIDIA driver, and CUDA and cuDNN in the versions that this provider was built for";

    // By the table of functions: an ONNX Runtime that loads the provider on demand exports no function of CUDA's own.
    protected override DeviceTarget BuiltIn(DeviceName device) => new(
        RuntimeName, MemoryOf("Cuda", device), options =>
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new() { ["device_id"] = device.Index.ToString(CultureInfo.InvariantCulture) });
        options.AppendExecutionProvider_CUDA(cuda);
    });
}
