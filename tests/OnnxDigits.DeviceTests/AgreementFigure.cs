namespace OnnxDigits.DeviceTests;

/// <summary>How a network on a device agreed with the CPU: a row of the table in docs/gpu.md.</summary>
/// <param name="Network">Its name.</param>
/// <param name="Sha256">Of its file.</param>
/// <param name="Device">As users name it.</param>
/// <param name="Description">The device's own name; null where nothing tells it.</param>
/// <param name="Data">The name of the data set.</param>
/// <param name="Images">So many test images, the first of them.</param>
/// <param name="LargestDifference">Of a probability.</param>
/// <param name="DigitsDiffering">Images that were read as another digit.</param>
/// <param name="NodesOnDevice">Nodes of the graph that the device took.</param>
/// <param name="CpuOperators">The operators that it left to the CPU.</param>
internal sealed record AgreementFigure(
    string Network, string Sha256, string Device, string? Description, string Data, int Images, double LargestDifference, int DigitsDiffering,
    int NodesOnDevice, IReadOnlyList<string> CpuOperators);
