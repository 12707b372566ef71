using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>What the machine's devices are called, where anything tells it.</summary>
internal static class Hardware
{
    private const string NvidiaDriver = "/proc/driver/nvidia/gpus";

    /// <summary>Every device that ONNX Runtime sees, whether or not a provider runs on it.</summary>
    public static IReadOnlyList<string> All => [.. OrtEnv.Instance().GetHardwareDevices().Select(Describe)];

    public static string Describe(OrtHardwareDevice device)
    {
        // Windows tells a name; elsewhere there are the numbers that PCI devices carry.
        if (device.Metadata.Entries.TryGetValue("Description", out string? name))
            return name;
        string vendor = device.Vendor.Length > 0 ? device.Vendor : "unknown vendor";
        return string.Create(CultureInfo.InvariantCulture, $"{vendor} {device.Type} {device.VendorId:x4}:{device.DeviceId:x4}");
    }

    /// <summary>The model of an NVIDIA GPU by the driver's own list; null when it has none.</summary>
    public static string? NvidiaModel(int index)
    {
        const string Label = "Model:";
        if (!Directory.Exists(NvidiaDriver))
            return null;
        string? folder = Directory.GetDirectories(NvidiaDriver).Order(StringComparer.Ordinal).ElementAtOrDefault(index);
        return folder is null ? null : File.ReadLines(Path.Combine(folder, "information"))
            .FirstOrDefault(line => line.StartsWith(Label, StringComparison.Ordinal))?[Label.Length..].Trim();
    }

    /// <summary>The GPU that a WebGPU provider finds by Vulkan; all, where only the provider knows which one it takes.</summary>
    public static string? VulkanAdapter()
    {
        var names = VulkanDevices.Names();
        return names.Count == 0 ? null : string.Join(" or ", names);
    }
}
