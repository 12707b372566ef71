using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>What ran a model, in the brackets of a line.</summary>
internal static class DeviceFacts
{
    public static string Of(ModelInfo info) => string.Join("; ", Parts(info));

    private static IEnumerable<string> Parts(ModelInfo info)
    {
        yield return info.Provider;
        if (info.DeviceDescription is not null)
            yield return info.DeviceDescription;
        if (info.NodesOnDevice is { } nodes)
            yield return info.CpuOperators.Count == 0
                ? $"all {nodes} nodes"
                : $"{nodes} nodes, and on the CPU {string.Join(", ", info.CpuOperators)}";
        if (info.DeviceNotice is not null)
            yield return info.DeviceNotice;
    }
}
