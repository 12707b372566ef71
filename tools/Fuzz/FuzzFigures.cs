namespace OnnxDigits.Tools.Fuzz;

/// <summary>What became of all inputs.</summary>
/// <param name="Command">images or models.</param>
/// <param name="Seed">Of all inputs.</param>
/// <param name="Inputs">How many were tried.</param>
/// <param name="Outcomes">How many met each of the documented ends.</param>
/// <param name="Wrong">Those with the one that none may have: a changed model that is taken and answers otherwise.</param>
/// <param name="Unexpected">Exceptions that are not documented.</param>
/// <param name="Crashes">Of a worker.</param>
/// <param name="Hangs">Calls that were given up.</param>
/// <param name="BusyOverOneSecond">Calls that took the processor for more than a second.</param>
/// <param name="Memory">Of the largest worker.</param>
internal sealed record FuzzFigures(
    string Command, long Seed, long Inputs, IReadOnlyDictionary<string, long> Outcomes, long Wrong, long Unexpected, long Crashes, long Hangs,
    long BusyOverOneSecond, IReadOnlyList<MemoryMark> Memory)
{
    /// <summary>Inputs that went as none may.</summary>
    public long Faults => Wrong + Unexpected + Crashes + Hangs + BusyOverOneSecond;
}

/// <summary>Resident memory on the way.</summary>
/// <param name="Percent">Of the inputs done.</param>
/// <param name="MiB">Held.</param>
internal sealed record MemoryMark(int Percent, long MiB);
