using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>Provider libraries that come as plugins, registered with ONNX Runtime once for the process.</summary>
internal static class ProviderLibrary
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<DeviceKind, (string Path, IReadOnlyList<OrtEpDevice> Devices)> Registered = [];

    /// <summary>Registers a library, unless that is done, and gives the devices that it found.</summary>
    /// <exception cref="DigitDeviceException">The library is missing, damaged, or not for this ONNX Runtime.</exception>
    public static IReadOnlyList<OrtEpDevice> Register(DeviceProvider provider, string path)
    {
        // ONNX Runtime would look for a relative path beside itself.
        string full = Path.GetFullPath(path);
        lock (Gate)
        {
            if (!Registered.TryGetValue(provider.Kind, out var known))
                Registered.Add(provider.Kind, known = (full, Load(provider, full)));
            if (known.Path != full)
                throw Refused(full, $"the process already uses '{known.Path}' for {provider.Name}", "use one of them");
            return known.Devices;
        }
    }

    private static List<OrtEpDevice> Load(DeviceProvider provider, string path)
    {
        string giveIts = $"give the file of the package Microsoft.ML.OnnxRuntime.EP.{provider.Kind} for this system";
        if (Directory.Exists(path))
            throw Refused(path, "is a folder", giveIts);
        if (!File.Exists(path))
            throw Refused(path, "is not there", giveIts);
        if (new FileInfo(path).Length == 0)
            throw Refused(path, "is empty", giveIts);
        var environment = OrtEnv.Instance();
        var before = environment.GetEpDevices().Select(device => device.EpName).ToHashSet();
        try
        {
            environment.RegisterExecutionProviderLibrary($"OnnxDigits.{provider.Name}", path);
        }
        catch (OnnxRuntimeException e)
        {
            string reason = RuntimeReason.Of(e);
            throw Refused(
                path,
                reason.Contains("CreateEpFactories", StringComparison.Ordinal)
                    ? "is no provider library: it lacks the entry point CreateEpFactories"
                    : $"does not load ({reason})",
                $"{giveIts}, built for ONNX Runtime {environment.GetVersionString()}, and {provider.WhatItNeeds}",
                e);
        }
        return [.. environment.GetEpDevices().Where(device => !before.Contains(device.EpName))];
    }

    private static DigitDeviceException Refused(string path, string fault, string remedy, Exception? cause = null) =>
        new($"The provider library '{path}' {fault}: {remedy}.", cause);
}
