using System.Runtime.ExceptionServices;

namespace OnnxDigits.Cli.Commands;

/// <summary>Work shared out among threads, whose failures are as they would be without them.</summary>
internal static class Workers
{
    /// <summary>Runs all pieces.</summary>
    /// <remarks><see cref="Parallel"/> wraps what a piece throws, where no sentence would be made of it.</remarks>
    public static void ForEach(int pieces, ParallelOptions options, Action<int> work)
    {
        try
        {
            Parallel.For(0, pieces, options, work);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
