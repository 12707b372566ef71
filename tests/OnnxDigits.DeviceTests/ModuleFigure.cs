namespace OnnxDigits.DeviceTests;

/// <summary>How a module of the exporter's corpus ran on a device: a part of the table in docs/gpu.md.</summary>
/// <param name="Module">Its name.</param>
/// <param name="Device">As users name it.</param>
/// <param name="Lacking">What the device lacks, so that the module did not run; null where it ran.</param>
/// <param name="NodesOnDevice">Nodes of the graph that the device took.</param>
/// <param name="CpuOperators">The operators that it left to the CPU.</param>
/// <param name="Difference">The largest from the CPU, over the largest value where that is above 1; halves count a hundredth.</param>
/// <param name="KnownCause">Why it differs by more than is allowed; null where it does not.</param>
internal sealed record ModuleFigure(
    string Module, string Device, string? Lacking, int NodesOnDevice, IReadOnlyList<string> CpuOperators, double Difference, string? KnownCause)
{
    /// <summary>The largest difference that is allowed.</summary>
    public const double Tolerance = 1e-4;
}
