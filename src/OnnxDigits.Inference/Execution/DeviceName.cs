using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OnnxDigits.Inference.Execution;

/// <summary>A device as users write it: auto, cpu, cuda, cuda:N, webgpu or webgpu:N.</summary>
internal readonly record struct DeviceName(DeviceKind Kind, int Index)
{
    public static bool TryParse([NotNullWhen(true)] string? text, out DeviceName device)
    {
        device = default;
        switch (text)
        {
            case null:
                return false;
            case DigitDevices.Auto:
                device = new(DeviceKind.Auto, 0);
                return true;
            case DigitDevices.Cpu:
                device = new(DeviceKind.Cpu, 0);
                return true;
        }
        int colon = text.IndexOf(':');
        int index = 0;
        if (DeviceProvider.Find(colon < 0 ? text : text[..colon]) is not { } provider
            || (colon >= 0
                && !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out index)))
            return false;
        device = new(provider.Kind, index);
        return true;
    }

    public override string ToString() => Kind is DeviceKind.Auto or DeviceKind.Cpu
        ? Kind.ToString().ToLowerInvariant()
        : string.Create(CultureInfo.InvariantCulture, $"{DeviceProvider.Of(Kind).Name}:{Index}");
}
