namespace OnnxDigits.Tools.TrainChaos;

/// <summary>SIGTERM at random moments: the process ends with 143, or with 0 if it was through.</summary>
internal static class Terminations
{
    public static IEnumerable<Trial> Run(Bench bench, int count)
    {
        for (int i = 0; i < count; i++)
        {
            string network = Bench.Network(i);
            string folder = bench.NewFolder();
            using var process = new TrainingProcess(network, folder, resume: false);
            Bench.Strike(process, bench.Moment(network), Bench.SigTerm);
            int code = process.Wait();
            string? failure = Trial.Judge(code, process.Output, 0, 128 + Bench.SigTerm);
            yield return new Trial("SIGTERM", network, Traces.Of(folder), code, failure ?? bench.Resume(network, folder));
        }
    }
}
