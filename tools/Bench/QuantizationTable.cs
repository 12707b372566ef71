using OnnxDigits.Data;
using OnnxDigits.Tools.Shared;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;

namespace OnnxDigits.Tools.Bench;

/// <summary>Prints the sizes, accuracies and times of the quantized networks relative to float32.</summary>
internal static class QuantizationTable
{
    private const int CalibrationImages = 1000;
    private const int BatchSize = 100;
    private const int Calls = 500;
    private const int BatchCalls = 4;

    public static void Print(int rounds)
    {
        var digits = DigitDataSource.Open(new DigitDataOptions { AllowDownload = false });
        var folder = Directory.CreateTempSubdirectory("bench-quantization-");
        var rows = new List<string[]>();
        foreach (string network in (string[])["dense", "conv", "best"])
        {
            string original = Path.Combine(AppContext.BaseDirectory, "models", $"{network}.onnx");
            List<(string Name, string Path)> models = [("float32", original)];
            foreach (var mode in Enum.GetValues<QuantizationMode>())
            {
                models.Add(($"{mode}".ToLowerInvariant(), Path.Combine(folder.FullName, $"{network}-{mode}.onnx")));
                var options = new QuantizationOptions { Runner = new OnnxRuntimeRunner(), Mode = mode };
                OnnxQuantizer.Quantize(original, Batches(digits.Train, CalibrationImages), options)
                    .Save(models[^1].Path);
            }
            Timing[] one = Time(models, 1, Calls, rounds);
            Timing[] many = Time(models, DigitInputs.Batch, BatchCalls, rounds);
            rows.AddRange(models.Select((model, i) => (string[])
            [
                network, model.Name, $"{new FileInfo(model.Path).Length:N0}",
                $"{(double)new FileInfo(model.Path).Length / new FileInfo(original).Length:0.000}",
                $"{Accuracy(model.Path, digits.Test):0.0000}", $"{one[i].Ratio:0.00} ×", $"{many[i].Ratio:0.00} ×",
            ]));
        }
        folder.Delete(recursive: true);

        Console.WriteLine($"{digits.Test.Count:N0} test images of {digits.Name}, one thread\n");
        Console.WriteLine(MarkdownTable.Format(
            ["network", "model", "bytes", "of float32", "accuracy", "time of one image", "of 1,024 images"], rows));
    }

    private static Timing[] Time(List<(string Name, string Path)> models, int images, int calls, int rounds)
    {
        List<BareRuntime> runtimes = [.. models.Select(model => new BareRuntime(model.Path, images))];
        var timings = PairedTurns.Run(
            [
                .. models.Zip(runtimes, (model, runtime) =>
                    new Contestant(model.Name, () => PairedTurns.Seconds(runtime.Run, calls))),
            ],
            rounds);
        foreach (var runtime in runtimes) runtime.Dispose();
        return timings;
    }

    private static double Accuracy(string path, DigitImages images)
    {
        using var session = new OnnxRuntimeRunner().Load(path);
        int right = 0, index = 0;
        foreach (var batch in Batches(images, images.Count))
        {
            var outputs = session.Run(new Dictionary<string, GraphTensor> { ["input"] = batch[0] });
            foreach (float[] row in ((GraphTensor<float>)outputs["probabilities"]).Data.Chunk(DigitImages.Classes))
            {
                if (Array.IndexOf(row, row.Max()) == images.Label(index++)) right++;
            }
        }
        return (double)right / index;
    }

    private static IEnumerable<IReadOnlyList<GraphTensor>> Batches(DigitImages images, int count) =>
        from start in Enumerable.Range(0, count / BatchSize)
        let pixels = images.Pixels.Slice(
            start * BatchSize * DigitImages.PixelsPerImage, BatchSize * DigitImages.PixelsPerImage).ToArray()
        select (IReadOnlyList<GraphTensor>)
        [
            new GraphTensor<float>([.. pixels.Select(pixel => pixel / 255f)],
                BatchSize, 1, DigitImages.Rows, DigitImages.Columns),
        ];
}
