using System.Globalization;

namespace OnnxDigits.Inference.Internals;

/// <summary>A device as users write it: auto, cpu, cuda or cuda:N.</summary>
internal readonly record struct DeviceName(DeviceKind Kind, int Index)
{
    public static DeviceName Parse(string? text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text switch
        {
            "auto" => new(DeviceKind.Auto, 0),
            "cpu" => new(DeviceKind.Cpu, 0),
            "cuda" => new(DeviceKind.Cuda, 0),
            _ when text.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                => new(DeviceKind.Cuda, index),
            _ => throw new ArgumentException(
                $"'{text}' is no device: write auto, cpu, cuda or cuda:N with N from 0."),
        };
    }

    public override string ToString() => Kind switch
    {
        DeviceKind.Cuda => string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}"),
        _ => Kind.ToString().ToLowerInvariant(),
    };
}

internal enum DeviceKind
{
    Auto,
    Cpu,
    Cuda,
}
