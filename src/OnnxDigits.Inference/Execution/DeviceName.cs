using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OnnxDigits.Inference.Execution;

/// <summary>A device as users write it: auto, cpu, cuda, cuda:N, webgpu or webgpu:N.</summary>
internal readonly record struct DeviceName(DeviceKind Kind, int Index)
{
    public static bool TryParse([NotNullWhen(true)] string? text, out DeviceName device)
    {
        string[] parts = text?.Split(':') ?? [];
        int index = 0;
        bool isValid = parts switch
        {
            [var kind] => KindOf(kind) is not null,
            [var kind, var number] => KindOf(kind) is DeviceKind.Cuda or DeviceKind.WebGpu
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out index),
            _ => false,
        };
        device = isValid ? new(KindOf(parts[0])!.Value, index) : default;
        return isValid;
    }

    public override string ToString() => Kind is DeviceKind.Auto or DeviceKind.Cpu
        ? Kind.ToString().ToLowerInvariant()
        : string.Create(CultureInfo.InvariantCulture, $"{Kind.ToString().ToLowerInvariant()}:{Index}");

    private static DeviceKind? KindOf(string name) => name switch
    {
        DigitDevices.Auto => DeviceKind.Auto,
        DigitDevices.Cpu => DeviceKind.Cpu,
        DigitDevices.Cuda => DeviceKind.Cuda,
        DigitDevices.WebGpu => DeviceKind.WebGpu,
        _ => null,
    };
}

internal enum DeviceKind
{
    Auto,
    Cpu,
    Cuda,
    WebGpu,
}
