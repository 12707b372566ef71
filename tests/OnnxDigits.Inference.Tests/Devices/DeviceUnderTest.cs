using System.Globalization;
using OnnxDigits.Data;

namespace OnnxDigits.Inference.Tests.Devices;

/// <summary>
/// The device that these tests compare with the CPU, set by ONNXDIGITS_GPU_DEVICE, and the images that both read.
/// </summary>
internal static class DeviceUnderTest
{
    public static string Name { get; } =
        Environment.GetEnvironmentVariable("ONNXDIGITS_GPU_DEVICE") ?? DigitDevices.Cpu;

    public static bool IsCpu => Name == DigitDevices.Cpu;

    /// <summary>
    /// Gets the first test images, as many as ONNXDIGITS_GPU_IMAGES says or fewer. A software device is slow.
    /// </summary>
    public static DigitImages Images { get; } = DigitImagesForTests.Set.Test.Slice(
        0, Math.Min(Count, DigitImagesForTests.Set.Test.Count));

    private static int Count => int.Parse(
        Environment.GetEnvironmentVariable("ONNXDIGITS_GPU_IMAGES") ?? "256", CultureInfo.InvariantCulture);

    public static DigitClassifier Open(EmbeddedModel model, string device) =>
        new(new() { Model = model, Device = device });
}
