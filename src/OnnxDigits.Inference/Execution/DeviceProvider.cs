using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>An execution provider of ONNX Runtime, and the ways in which an application can supply it.</summary>
internal sealed class DeviceProvider
{
    public static DeviceProvider Cuda { get; } = new()
    {
        Name = DigitDevices.Cuda,
        RuntimeName = "CUDAExecutionProvider",
        Package = "Microsoft.ML.OnnxRuntime.EP.Cuda",
        Installation =
            "Use the package Microsoft.ML.OnnxRuntime.Gpu (libonnxruntime_providers_cuda) instead of "
            + "Microsoft.ML.OnnxRuntime, or set the library of the package Microsoft.ML.OnnxRuntime.EP.Cuda as "
            + "provider library, on a machine with an NVIDIA driver, CUDA and cuDNN",
        Requirements = "Install the NVIDIA driver, CUDA and cuDNN in the versions that the provider was built for",
        AppendBuiltIn = (options, device) =>
        {
            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(new() { ["device_id"] = device.Index.ToString(CultureInfo.InvariantCulture) });
            options.AppendExecutionProvider_CUDA(cuda);
        },
    };

    public static DeviceProvider WebGpu { get; } = new()
    {
        Name = DigitDevices.WebGpu,
        RuntimeName = "WebGpuExecutionProvider",
        Package = "Microsoft.ML.OnnxRuntime.EP.WebGpu",
        Installation =
            "Set the library of the package Microsoft.ML.OnnxRuntime.EP.WebGpu as provider library, or use an ONNX "
            + "Runtime library that has the provider, on a machine with a GPU driver for Vulkan, Metal or Direct3D 12",
        Requirements = "Install a GPU driver for Vulkan, Metal or Direct3D 12",
        AppendBuiltIn = (options, device) =>
        {
            if (device.Index > 0)
            {
                throw new DigitDeviceException(
                    $"The device '{device}' is not available: the WebGPU provider of this ONNX Runtime library uses "
                    + "only the GPU that the system prefers, 'webgpu:0'.");
            }
            options.AppendExecutionProvider("WebGPU", []);
        },
        // All sessions share one device and one command queue, which concurrent calls corrupt (ONNX Runtime 1.30:
        // command encoder errors, then a crash).
        Gate = new Gate(),
    };

    public required string Name { get; init; }

    /// <summary>Gets the name of the provider in an ONNX Runtime library that was built with it.</summary>
    public required string RuntimeName { get; init; }

    /// <summary>Gets the package that holds the provider as a plugin library.</summary>
    public required string Package { get; init; }

    public required string Installation { get; init; }

    public required string Requirements { get; init; }

    /// <summary>
    /// Gets the lock to hold while a session is created, run or disposed, for providers that need one.
    /// </summary>
    public Gate? Gate { get; private init; }

    private Action<SessionOptions, DeviceName> AppendBuiltIn { get; init; } = null!;

    private bool IsBuiltIn => OrtEnv.Instance().GetAvailableProviders().Contains(RuntimeName);

    public static DeviceProvider Of(DeviceKind kind) => kind == DeviceKind.Cuda ? Cuda : WebGpu;

    /// <summary>
    /// Indicates whether the application supplies the provider in any way. It may still fail to load.
    /// </summary>
    public bool IsSupplied(DigitClassifierOptions settings) =>
        settings.ProviderLibraries.ContainsKey(Name) || IsBuiltIn || FindRegistered().Count > 0;

    /// <summary>Adds the provider to a session's options and returns its name in ONNX Runtime.</summary>
    /// <exception cref="DigitDeviceException">
    /// The provider, or the device with this number, is not available.
    /// </exception>
    public string AppendTo(SessionOptions options, DeviceName device, DigitClassifierOptions settings)
    {
        if (settings.ProviderLibraries.TryGetValue(Name, out string? path))
        {
            IReadOnlyList<OrtEpDevice> found = ProviderLibrary.Register(this, path);
            return AppendPlugin(options, device, found, $"the provider library '{path}'");
        }
        if (IsBuiltIn)
        {
            AppendBuiltIn(options, device);
            return RuntimeName;
        }
        if (FindRegistered() is { Count: > 0 } devices)
        {
            return AppendPlugin(options, device, devices, "the provider library that the application registered");
        }
        throw new DigitDeviceException(
            $"The device '{device}' is not available: this ONNX Runtime library was built without its provider. "
            + $"{Installation}.");
    }

    private string AppendPlugin(
        SessionOptions options, DeviceName device, IReadOnlyList<OrtEpDevice> devices, string source)
    {
        if (devices.Count == 0)
        {
            throw new DigitDeviceException(
                $"The device '{device}' is not available: {source} found no device. {Requirements}.");
        }
        if (device.Index >= devices.Count)
        {
            throw new DigitDeviceException(
                $"The device '{device}' is not available: the last device that {source} found is "
                + $"'{device with { Index = devices.Count - 1 }}'.");
        }
        options.AppendExecutionProvider(OrtEnv.Instance(), [devices[device.Index]], new Dictionary<string, string>());
        return devices[device.Index].EpName;
    }

    // An application may have registered a plugin with ONNX Runtime itself. The name of its provider starts with the
    // name of the device, such as "cuda".
    private List<OrtEpDevice> FindRegistered() => [.. OrtEnv.Instance().GetEpDevices().Where(
        device => device.EpName.StartsWith(Name, StringComparison.OrdinalIgnoreCase))];
}
