namespace OnnxDigits.Training.Loop;

/// <summary>Work on many equal pieces, shared out among threads in runs of neighbours.</summary>
internal static class Parts
{
    /// <param name="count">Pieces.</param>
    /// <param name="threads">How many may work on them; 1 is the caller's own.</param>
    /// <param name="work">From a piece to before another.</param>
    public static void ForEach(int count, int threads, Action<int, int> work)
    {
        if (threads == 1) work(0, count);
        else Parallel.For(0, threads, part => work(Start(part), Start(part + 1)));

        int Start(int part) => (int)((long)count * part / threads);
    }
}
