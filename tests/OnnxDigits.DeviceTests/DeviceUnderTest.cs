using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.DeviceTests;

/// <summary>The device, and the images that it and the CPU read.</summary>
internal static class DeviceUnderTest
{
    private static readonly Lazy<DigitDataSet> Data = new(() => DigitDataSource.Open(
        new DigitDataOptions { AllowDownload = false, GeneratedTrainCount = 100 }));

    /// <summary>By ONNXDIGITS_GPU_DEVICE; webgpu where it is not set.</summary>
    public static string Name { get; } = Environment.GetEnvironmentVariable("ONNXDIGITS_GPU_DEVICE") ?? "webgpu";

    /// <summary>The name of the images' set.</summary>
    public static string DataName => Data.Value.Name;

    /// <summary>
    /// The first test images: as many as ONNXDIGITS_GPU_IMAGES says, which a device in software needs; all 10,000 where it
    /// is not set.
    /// </summary>
    public static DigitImages Images { get; } = Data.Value.Test.Slice(0, int.Parse(
        Environment.GetEnvironmentVariable("ONNXDIGITS_GPU_IMAGES") ?? $"{Data.Value.Test.Count}", CultureInfo.InvariantCulture));

    public static DigitClassifier Open(string network, string device, int? batchSize = null) =>
        new(new() { Model = Enum.Parse<EmbeddedModel>(network, ignoreCase: true), Device = device, BatchSize = batchSize });

    /// <summary>The file of an embedded network.</summary>
    public static byte[] FileOf(string network)
    {
        using var file = typeof(DigitClassifier).Assembly.GetManifestResourceStream($"{network}.onnx")!;
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    public static float[] Predict(DigitClassifier classifier, int start, int count)
    {
        var predictions = new DigitPrediction[count];
        classifier.ClassifyPrepared(Images.Slice(start, count).Pixels.Span, predictions);
        return [.. predictions.SelectMany(prediction => prediction.Scores.ToArray())];
    }
}
