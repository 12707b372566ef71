using System.Globalization;
using TorchSharp;

namespace OnnxDigits.Training.Loop;

/// <summary>Converts between torch devices and the names that users write: auto, cpu, cuda and cuda:N.</summary>
internal static class TrainingDevice
{
    public const string Cpu = "cpu";
    private const string Auto = "auto";
    private const string Cuda = "cuda";

#if TORCH_CUDA
    private const string Remedy = "Install the driver of the NVIDIA GPU.";
#else
    private const string Remedy =
        "This program was built with libtorch for the CPU. Build it with -p:TorchCuda=true, which uses the package "
        + "libtorch-cuda-12.8, on a machine with an NVIDIA GPU and its driver.";
#endif

    /// <summary>Indicates whether a text is the name of a device. The machine may lack the device.</summary>
    public static bool IsName(string text) => text is Auto or Cpu || IndexOf(text) is not null;

    /// <summary>
    /// Returns the device with the given name. <c>auto</c> selects the first GPU if there is one, otherwise the CPU.
    /// </summary>
    /// <exception cref="TrainingDeviceException">The machine has no such device.</exception>
    public static torch.Device Find(string name)
    {
        if (name == Cpu || (name == Auto && !IsCudaAvailable())) return torch.CPU;
        int index = IndexOf(name) ?? 0;
        int count = IsCudaAvailable() ? torch.cuda.device_count() : 0;
        if (count == 0)
        {
            throw new TrainingDeviceException(
                $"There is no device 'cuda:{index}': libtorch finds no CUDA device. {Remedy}");
        }
        if (index >= count)
        {
            throw new TrainingDeviceException(
                $"There is no device 'cuda:{index}': the last one is 'cuda:{count - 1}'.");
        }
        return new torch.Device(DeviceType.CUDA, index);
    }

    /// <summary>Returns the full name of a device, such as cuda:0.</summary>
    public static string NameOf(torch.Device device) =>
        device.type == DeviceType.CPU
            ? Cpu
            : string.Create(CultureInfo.InvariantCulture, $"{Cuda}:{Math.Max(device.index, 0)}");

    private static int? IndexOf(string text)
    {
        if (text == Cuda) return 0;
        return text.StartsWith(Cuda + ":", StringComparison.Ordinal)
            && int.TryParse(
                text.AsSpan(Cuda.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                ? index
                : null;
    }

    private static bool IsCudaAvailable() => torch.cuda.is_available();
}

/// <summary>The exception thrown when a device isn't available. The message states the cause and the remedy.</summary>
internal sealed class TrainingDeviceException(string message) : Exception(message);
