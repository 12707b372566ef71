namespace OnnxDigits.Tools.TrainChaos;

/// <summary>kill -9 at random moments; every third run is killed a second time while it goes on.</summary>
internal static class Kills
{
    public static IEnumerable<Trial> Run(Bench bench, int count)
    {
        for (int i = 0; i < count; i++)
        {
            string network = Bench.Network(i);
            string folder = bench.NewFolder();
            int code = Kill(bench, network, folder, resume: false);
            string where = Traces.Of(folder);
            if (i % 3 == 2) Kill(bench, network, folder, resume: true);
            yield return new Trial("kill -9", network, where, code, bench.Resume(network, folder));
        }
    }

    private static int Kill(Bench bench, string network, string folder, bool resume)
    {
        using var process = new TrainingProcess(network, folder, resume);
        Bench.Strike(process, bench.Moment(network), Bench.SigKill);
        return process.Wait();
    }
}
