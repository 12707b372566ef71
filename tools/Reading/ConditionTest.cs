using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Reading;

/// <summary>Reads test images under each condition, through image files as a user's come.</summary>
internal static class ConditionTest
{
    private const int ImagesBetweenReports = 500;

    /// <param name="set">Whose test images.</param>
    /// <param name="count">The first so many.</param>
    /// <param name="conditions">The first one is what the others are held against.</param>
    /// <param name="networks">Who reads.</param>
    /// <param name="progress">Is told how many images are done, now and then: pages take minutes.</param>
    public static ConditionFigures Run(
        DigitDataSet set, int count, IReadOnlyList<Condition> conditions, Networks networks, Action<int>? progress = null)
    {
        var images = set.Test.Slice(0, Math.Min(count, set.Test.Count));
        int[,] right = new int[conditions.Count, networks.Count];
        int[] blank = new int[conditions.Count];
        int done = 0;
        Parallel.For(0, images.Count, n =>
        {
            var digit = new Drawing(images.Image(n).ToArray());
            byte[] seen = new byte[DigitPreprocessing.OutputLength];
            for (int kind = 0; kind < conditions.Count; kind++)
            {
                if (!conditions[kind].Prepare(digit, n, seen))
                {
                    Interlocked.Increment(ref blank[kind]);
                    continue;
                }
                for (int i = 0; i < networks.Count; i++)
                {
                    if (networks.Read(i, seen) == images.Label(n))
                        Interlocked.Increment(ref right[kind, i]);
                }
            }
            int now = Interlocked.Increment(ref done);
            if (now % ImagesBetweenReports == 0) progress?.Invoke(now);
        });
        return new ConditionFigures(
            set.Name, set.Sha256, images.Count, networks.Digests,
            [
                .. conditions.Select((condition, kind) => new ConditionFigure(
                    condition.Name, networks.Names.Select((name, i) => (name, right[kind, i])).ToDictionary(), blank[kind])),
            ]);
    }
}
