using System.Diagnostics;
using OnnxDigits.Inference;
using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.CommandBench;

/// <summary>A device's bare session, the classifier on it, and the command with its files, in turns at one size of batch.</summary>
internal static class DeviceThroughput
{
    public static DeviceFigures Write(string folder, string model, string device, int batch, int rounds)
    {
        int files = Directory.EnumerateFiles(folder, "*.png", SearchOption.AllDirectories).Count();
        int images = files / batch * batch;
        if (images == 0)
            throw new ArgumentException($"'{folder}' has {files} PNG files, which make no batch of {batch}.");
        using var classifier = DigitClassifier.Load(model, new() { Device = device, BatchSize = batch });
        using var bare = new BareSession(model, device, batch);
        byte[] pixels = new byte[images * DigitClassifier.ImageLength];
        float[] probabilities = new float[images * 10];
        void RunBare()
        {
            for (int i = 0; i < images; i += batch)
                bare.Run();
        }

        // The first run of a size sets things up, and on a GPU compiles; the command's start is timed on its own.
        bare.Run();
        classifier.Predict(pixels.AsSpan(0, batch * DigitClassifier.ImageLength), probabilities);
        string[] common = ["-q", "-f", "csv", "--model", model, "--device", device, "--batch-size", $"{batch}"];
        string one = Directory.EnumerateFiles(folder, "*.png", SearchOption.AllDirectories).First();
        var rows = new List<IReadOnlyList<string>>();
        List<double> classifierToBare = [], inferToBare = [];
        for (int round = 0; round < rounds; round++)
        {
            double bareRate = images / Seconds(RunBare);
            double ours = images / Seconds(() => classifier.Predict(pixels, probabilities));
            double start = Infer.Run(null, [one, .. common]).Seconds;
            double whole = files / (Infer.Run(null, [folder, .. common]).Seconds - start);
            classifierToBare.Add(ours / bareRate);
            inferToBare.Add(whole / bareRate);
            rows.Add([
                bareRate.Text("0"), ours.Text("0"), whole.Text("0"), $"{start.Text("0.0")} s", classifierToBare[^1].Text("0.00"), inferToBare[^1].Text("0.00"),
            ]);
        }
        Console.WriteLine($"{images} images in batches of {batch} on {device} ({classifier.Info.DeviceDescription}), images/s, in turns\n");
        Console.Write(MarkdownTable.Format(
            ["bare session", "classifier", "infer without its start", "start", "classifier to bare", "infer to bare"], rows));
        return new(
            classifier.Info.Device, classifier.Info.DeviceDescription, classifier.Info.Network, classifier.Info.Sha256, images, batch, rounds,
            Spread.Of(classifierToBare, 2), Spread.Of(inferToBare, 2));
    }

    private static double Seconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }
}
