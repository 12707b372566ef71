using System.Security.Cryptography;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Tools.TrainChaos;

/// <summary>Ctrl-C at random moments, once or twice: 130, or 0 if it was through; a model that is there is whole.</summary>
internal static class Interruptions
{
    public static IEnumerable<Trial> Run(Bench bench, int count)
    {
        for (int i = 0; i < count; i++)
        {
            string network = Bench.Network(i / 2);
            bool twice = i % 2 == 1;
            string folder = bench.NewFolder();
            using var process = new TrainingProcess(network, folder, resume: false);
            Bench.Strike(process, bench.Moment(network), twice ? [Bench.SigInt, Bench.SigInt] : [Bench.SigInt]);
            int code = process.Wait();
            string? failure = Trial.Judge(code, process.Output, 0, 128 + Bench.SigInt) ?? HalfWritten(network, folder);
            string where = Traces.Of(folder);
            failure ??= bench.Resume(network, folder);
            yield return new Trial(twice ? "Ctrl-C twice" : "Ctrl-C", network, where, code, failure);
        }
    }

    private static string? HalfWritten(string network, string folder)
    {
        foreach (string model in Directory.GetFiles(folder, $"{network}.onnx", SearchOption.AllDirectories))
        {
            string digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(model)));
            RunReport? report = RunReport.TryRead(Path.Combine(Path.GetDirectoryName(model)!, RunReport.FileName));
            if (report is not null && report.OnnxSha256 != digest) return "the model is not the one that its report names";
        }

        return null;
    }
}
