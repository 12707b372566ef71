namespace OnnxDigits.Tools.Fuzz;

/// <summary>
/// Runs inputs one after the other and prints the number, the processor seconds and the outcome of each.
/// </summary>
internal static class Worker
{
    /// <summary>The prefix of outcomes that fail the campaign.</summary>
    public const string Fault = "FAULT: ";

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    public static void Run(IFuzzTarget target, Mutator mutator, Inputs inputs, string? keep)
    {
        for (long number = inputs.First; number < inputs.End; number++)
        {
            byte[] input = mutator.Create(inputs.Seed, number);
            if (keep is not null)
            {
                File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(keep).FullName, $"{number}.bin"), input);
            }
            TimeSpan start = Environment.CpuUsage.TotalTime;
            string outcome = Try(target, input, number);
            TimeSpan used = Environment.CpuUsage.TotalTime - start;
            if (used > Slow) outcome = $"{Fault}took more than {Slow.TotalSeconds} s of processor time ({outcome})";
            Console.WriteLine($"{number} {used.TotalSeconds:0.000} {outcome}");
        }
    }

    private static string Try(IFuzzTarget target, byte[] input, long number)
    {
        try
        {
            return target.Run(input, number);
        }
        catch (Exception e)
        {
            string? place = e.StackTrace?.Split('\n')
                .FirstOrDefault(line => line.Contains("OnnxDigits", StringComparison.Ordinal))?.Trim();
            return $"{Fault}{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")} {place}";
        }
    }
}
