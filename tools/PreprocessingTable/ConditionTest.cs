using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.PreprocessingTable;

/// <summary>Reads test images under each condition, through image files as a user's come.</summary>
internal static class ConditionTest
{
    /// <param name="set">Whose test images.</param>
    /// <param name="count">The first so many.</param>
    /// <param name="conditions">The first one is what the others are held against.</param>
    /// <param name="networks">Who reads.</param>
    /// <param name="finished">Is told each condition's figures as soon as they are there: pages take minutes.</param>
    public static ConditionFigures Run(
        DigitDataSet set, int count, IReadOnlyList<Condition> conditions, Networks networks, Action<ConditionFigure>? finished = null)
    {
        var images = set.Test.Slice(0, Math.Min(count, set.Test.Count));
        var figures = new List<ConditionFigure>();
        foreach (Condition condition in conditions)
        {
            figures.Add(Run(condition, images, networks));
            finished?.Invoke(figures[^1]);
        }
        return new ConditionFigures(set.Name, set.Sha256, images.Count, networks.Digests, figures);
    }

    private static ConditionFigure Run(Condition condition, DigitImages images, Networks networks)
    {
        int[] right = new int[networks.Count];
        int blank = 0;
        Parallel.For(0, images.Count, n =>
        {
            byte[] seen = new byte[DigitPreprocessing.OutputLength];
            if (!condition.Prepare(images.Image(n), n, seen))
            {
                Interlocked.Increment(ref blank);
                return;
            }
            for (int i = 0; i < networks.Count; i++)
            {
                if (networks.Read(i, seen) == images.Label(n))
                    Interlocked.Increment(ref right[i]);
            }
        });
        return new ConditionFigure(condition.Name, networks.Names.Zip(right).ToDictionary(), blank);
    }
}
