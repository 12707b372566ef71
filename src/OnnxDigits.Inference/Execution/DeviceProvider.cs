using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>
/// An execution provider for one kind of device: how ONNX Runtime names it, how a session gets it, and what to install
/// where it is missing.
/// </summary>
internal abstract class DeviceProvider
{
    /// <summary>Every provider, in the order in which <c>auto</c> tries them.</summary>
    public static IReadOnlyList<DeviceProvider> All { get; } = [new CudaProvider(), new WebGpuProvider()];

    public abstract DeviceKind Kind { get; }

    /// <summary>The device's name without its number, as users write it.</summary>
    public string Name => Kind.ToString().ToLowerInvariant();

    /// <summary>The provider by the name of an ONNX Runtime that was built with it.</summary>
    public abstract string RuntimeName { get; }

    /// <summary>What a sentence calls it.</summary>
    public abstract string Title { get; }

    /// <summary>How an application gets the provider, as a sentence goes on.</summary>
    public abstract string HowToGet { get; }

    /// <summary>What the provider itself needs of the machine, as a sentence goes on.</summary>
    public abstract string WhatItNeeds { get; }

    /// <summary>
    /// Held while the provider's sessions are made, run and freed, where it takes one call at a time in a process; null
    /// where it takes many.
    /// </summary>
    public virtual Lock? Gate => null;

    public static DeviceProvider Of(DeviceKind kind) => All.First(provider => provider.Kind == kind);

    /// <summary>The provider that users write so; null when there is none.</summary>
    public static DeviceProvider? Find(string name) => All.FirstOrDefault(provider => provider.Name == name);

    /// <summary>Whether the application has brought the provider in any way; that it works is not said.</summary>
    public bool IsAtHand(SessionRequest request) =>
        request.Settings.ProviderLibraries.ContainsKey(Name) || IsBuiltIn || OfApplication().Count > 0;

    /// <summary>The device of this name, by the way in which the application brings the provider.</summary>
    /// <exception cref="DigitDeviceException">The provider, or a device of this number, is not there.</exception>
    public DeviceTarget Locate(DeviceName device, SessionRequest request)
    {
        if (request.Settings.ProviderLibraries.TryGetValue(Name, out string? path))
            return OfPlugin(device, ProviderLibrary.Register(this, path), $"the provider library '{path}'");
        if (IsBuiltIn)
            return BuiltIn(device);
        if (OfApplication() is { Count: > 0 } devices)
            return OfPlugin(device, devices, "the provider library of the application");
        throw new DigitDeviceException(
            $"The device '{device}' is not there: this ONNX Runtime library was built without the {Title} provider; {HowToGet}.");
    }

    /// <summary>A device of the provider that the ONNX Runtime library was built with.</summary>
    protected abstract DeviceTarget BuiltIn(DeviceName device);

    /// <summary>The memory of a device of the provider that the ONNX Runtime library was built with.</summary>
    /// <param name="name">How ONNX Runtime calls such memory.</param>
    /// <param name="device">The device.</param>
    protected static OrtMemoryInfo MemoryOf(string name, DeviceName device) =>
        new(name, OrtAllocatorType.DeviceAllocator, device.Index, OrtMemType.Default);

    private bool IsBuiltIn => OrtEnv.Instance().GetAvailableProviders().Contains(RuntimeName);

    // An application may have registered a library itself; its provider's name starts like ours.
    private List<OrtEpDevice> OfApplication() => [.. OrtEnv.Instance().GetEpDevices().Where(
        device => device.EpName.StartsWith(Name, StringComparison.OrdinalIgnoreCase))];

    private DeviceTarget OfPlugin(DeviceName device, IReadOnlyList<OrtEpDevice> devices, string source)
    {
        if (devices.Count == 0)
            throw new DigitDeviceException($"The device '{device}' is not there: {source} found none; {WhatItNeeds}.");
        if (device.Index >= devices.Count)
            throw new DigitDeviceException(
                $"The device '{device}' is not there: {source} found {devices.Count}, so the last one is "
                + $"'{device with { Index = devices.Count - 1 }}'.");
        var found = devices[device.Index];
        return new(
            found.EpName,
            found.GetMemoryInfo(OrtDeviceMemoryType.DEFAULT),
            options => options.AppendExecutionProvider(OrtEnv.Instance(), [found], new Dictionary<string, string>()));
    }
}
