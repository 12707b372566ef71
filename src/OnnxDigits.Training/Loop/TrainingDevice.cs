using System.Globalization;
using TorchSharp;

namespace OnnxDigits.Training.Loop;

/// <summary>Where training runs, as users write it: auto, cpu, cuda or cuda:N.</summary>
internal static class TrainingDevice
{
    public const string Cpu = "cpu";
    private const string Auto = "auto";
    private const string Cuda = "cuda";

#if TORCH_CUDA
    private const string WhatCudaNeeds = "install the NVIDIA driver, on a machine with such a GPU";
#else
    private const string WhatCudaNeeds =
        "this program was built with libtorch for the CPU; build it with -p:TorchCuda=true, which takes the package libtorch-cuda-12.8, "
        + "on a machine with an NVIDIA GPU and its driver";
#endif

    /// <summary>Whether a text has the form of a device.</summary>
    public static bool IsName(string text) => text is Auto or Cpu || IndexOf(text) is not null;

    /// <summary>The device that such a text means on this machine: auto is the first GPU, or the CPU where there is none.</summary>
    /// <exception cref="TrainingDeviceException">It is not there.</exception>
    public static torch.Device Find(string name)
    {
        if (name == Cpu || (name == Auto && !IsCudaAvailable())) return torch.CPU;
        int index = IndexOf(name) ?? 0;
        int count = IsCudaAvailable() ? torch.cuda.device_count() : 0;
        if (count == 0)
            throw new TrainingDeviceException($"The device 'cuda:{index}' is not there: libtorch has no CUDA device; {WhatCudaNeeds}.");
        if (index >= count)
            throw new TrainingDeviceException(
                $"The device 'cuda:{index}' is not there: libtorch has {count}, so the last one is 'cuda:{count - 1}'.");
        return new torch.Device(DeviceType.CUDA, index);
    }

    /// <summary>A device by its whole name, such as cuda:0.</summary>
    public static string NameOf(torch.Device device) =>
        device.type == DeviceType.CPU ? Cpu : string.Create(CultureInfo.InvariantCulture, $"{Cuda}:{Math.Max(device.index, 0)}");

    private static int? IndexOf(string text)
    {
        if (text == Cuda) return 0;
        return text.StartsWith(Cuda + ":", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(Cuda.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;
    }

    private static bool IsCudaAvailable() => torch.cuda.is_available();
}

/// <summary>The exception thrown when a device isn't available. The message says why and what to do.</summary>
internal sealed class TrainingDeviceException(string message) : Exception(message);
