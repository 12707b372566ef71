using System.Globalization;

namespace OnnxDigits.Inference.Execution;

/// <summary>A device as users write it: auto, cpu, cuda, cuda:N, webgpu or webgpu:N.</summary>
internal readonly record struct DeviceName(DeviceKind Kind, int Index)
{
    public static DeviceName Parse(string? text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text is "auto")
            return new(DeviceKind.Auto, 0);
        if (text is "cpu")
            return new(DeviceKind.Cpu, 0);
        int colon = text.IndexOf(':');
        int index = 0;
        if (DeviceProvider.Find(colon < 0 ? text : text[..colon]) is { } provider
            && (colon < 0 || int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out index)))
            return new(provider.Kind, index);
        string names = string.Join(", ", DeviceProvider.All.Select(known => $"{known.Name} or {known.Name}:N"));
        throw new ArgumentException($"'{text}' is no device: write auto, cpu, {names} with N from 0.");
    }

    public override string ToString() => Kind is DeviceKind.Auto or DeviceKind.Cpu
        ? Kind.ToString().ToLowerInvariant()
        : string.Create(CultureInfo.InvariantCulture, $"{DeviceProvider.Of(Kind).Name}:{Index}");
}
