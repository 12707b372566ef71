using System.Diagnostics;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>One process's part: input after input, each noted before it is tried.</summary>
internal static class Worker
{
    public static int Run(IFuzzTarget target, Plan plan, string scoreboardPath, string? keep)
    {
        using var board = new Scoreboard(scoreboardPath);
        var mutator = new Mutator(target.Seeds);
        for (long index = plan.First; index < plan.End; index++)
        {
            // Before it is made: who goes on behind a crash would meet the same one for ever.
            board.Current = index;
            byte[] input = mutator.Create(plan.Seed, index);
            if (keep is not null)
                File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(keep).FullName, $"{index}.bin"), input);
            board.Started = Environment.TickCount64;
            long start = Stopwatch.GetTimestamp();
            var used = Environment.CpuUsage.TotalTime;
            Try(target, input, index, board);
            NoteTime(board, index, Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - used);
            board.Started = 0;
            board.Done++;
        }
        return 0;
    }

    private static void Try(IFuzzTarget target, byte[] input, long index, Scoreboard board)
    {
        try
        {
            board.Count(target.Run(input, index));
        }
        catch (Exception e)
        {
            board.Unexpected++;
            string where = e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("OnnxDigits"))?.Trim() ?? "";
            Console.WriteLine($"input {index}: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")} {where}");
        }
    }

    private static void NoteTime(Scoreboard board, long index, TimeSpan elapsed, TimeSpan used)
    {
        if (elapsed > TimeSpan.FromSeconds(1))
        {
            board.OverOneSecond++;
            board.BusyOverOneSecond += used > TimeSpan.FromSeconds(1) ? 1 : 0;
            Console.WriteLine($"input {index}: took {elapsed.TotalSeconds:F2} s, {used.TotalSeconds:F2} s of the processor");
        }
        if (elapsed.TotalMicroseconds <= board.SlowestMicroseconds)
            return;
        board.SlowestMicroseconds = (long)elapsed.TotalMicroseconds;
        board.SlowestIndex = index;
    }
}
