using System.Text.Json;

namespace OnnxDigits.Inference.Execution;

/// <summary>Which execution provider ran each node of a graph, by the runtime's profile of a run.</summary>
/// <param name="OnDevice">The nodes that the device's provider took.</param>
/// <param name="CpuOperators">The operators of the nodes that stayed on the CPU, each once, in ordinal order.</param>
internal sealed record NodePlacement(int OnDevice, IReadOnlyList<string> CpuOperators)
{
    /// <param name="profile">An array of trace events as JSON.</param>
    /// <param name="provider">The device's provider by ONNX Runtime's name.</param>
    public static NodePlacement Read(Stream profile, string provider)
    {
        using var events = JsonDocument.Parse(profile);
        int onDevice = 0;
        var cpuOperators = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var entry in events.RootElement.EnumerateArray())
        {
            if (!entry.TryGetProperty("args", out var args)
                || !args.TryGetProperty("provider", out var ranOn) || !args.TryGetProperty("op_name", out var operation))
                continue;
            string name = operation.GetString()!;
            // The runtime's own copies between memories are no part of the graph.
            if (name.StartsWith("Memcpy", StringComparison.Ordinal))
                continue;
            if (ranOn.GetString() == provider)
                onDevice++;
            else
                cpuOperators.Add(name);
        }
        return new(onDevice, [.. cpuOperators]);
    }
}
