using OnnxDigits.DeviceTests;
using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.Documentation;

/// <summary>The shipped networks on a device against the CPU, as TestGpu recorded it.</summary>
internal static class DeviceTable
{
    public const string Page = "docs/gpu.md";
    public const string Name = "agreement";

    public static string Write(string root) => MarkedTable.Format(
        ["network", "device", "test images", "largest difference from the CPU", "digits that differ", "nodes on the device", "left to the CPU"],
        Load(root).Select(figure => (IReadOnlyList<string>)
        [
            figure.Network,
            $"{figure.Device}, {figure.Description ?? "unnamed"}",
            $"{figure.Images.Text("N0")} of {figure.Data}",
            figure.LargestDifference.Text("0.0e+0"),
            figure.DigitsDiffering.Text("N0"),
            figure.NodesOnDevice.Text(),
            figure.CpuOperators.Count == 0 ? "none" : string.Join(", ", figure.CpuOperators),
        ]));

    public static IReadOnlyList<AgreementFigure> Load(string root) => Records.ReadLines<AgreementFigure>(root, "device.jsonl");
}
