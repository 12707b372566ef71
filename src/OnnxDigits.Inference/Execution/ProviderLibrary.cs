using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>Registers plugin libraries with ONNX Runtime, each once in a process.</summary>
internal static class ProviderLibrary
{
    private static readonly object Gate = new();
    private static readonly Dictionary<string, (string Path, IReadOnlyList<OrtEpDevice> Devices)> Registered = [];

    /// <summary>Registers a library if necessary, and returns the devices that it found.</summary>
    /// <exception cref="DigitDeviceException">
    /// The library is missing, damaged, or not for this ONNX Runtime.
    /// </exception>
    public static IReadOnlyList<OrtEpDevice> Register(DeviceProvider provider, string path)
    {
        // ONNX Runtime resolves a relative path against its own folder.
        string full = Path.GetFullPath(path);
        lock (Gate)
        {
            if (!Registered.TryGetValue(provider.Name, out (string Path, IReadOnlyList<OrtEpDevice> Devices) known))
            {
                Registered.Add(provider.Name, known = (full, Load(provider, full)));
            }
            if (known.Path != full)
            {
                throw Refused(full, $"cannot be used: the process already uses '{known.Path}' for {provider.Name}");
            }
            return known.Devices;
        }
    }

    private static List<OrtEpDevice> Load(DeviceProvider provider, string path)
    {
        string remedy = $"Use the file of the package {provider.Package} for this system";
        if (Directory.Exists(path)) throw Refused(path, $"is a folder. {remedy}");
        if (!File.Exists(path)) throw Refused(path, $"does not exist. {remedy}");
        if (new FileInfo(path).Length == 0) throw Refused(path, $"is empty. {remedy}");
        var environment = OrtEnv.Instance();
        var before = environment.GetEpDevices().Select(device => device.EpName).ToHashSet();
        try
        {
            environment.RegisterExecutionProviderLibrary($"OnnxDigits.{provider.Name}", path);
        }
        catch (OnnxRuntimeException e)
        {
            string reason = RuntimeErrors.Summarize(e);
            string fault = reason.Contains("CreateEpFactories", StringComparison.Ordinal)
                ? "is not a provider library: it lacks the entry point CreateEpFactories"
                : $"does not load ({reason})";
            throw Refused(
                path,
                $"{fault}. {remedy}, built for ONNX Runtime {environment.GetVersionString()}. {provider.Requirements}",
                e);
        }
        return [.. environment.GetEpDevices().Where(device => !before.Contains(device.EpName))];
    }

    private static DigitDeviceException Refused(string path, string fault, Exception? cause = null) =>
        new($"The provider library '{path}' {fault}.", cause);
}
