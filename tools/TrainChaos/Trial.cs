namespace OnnxDigits.Tools.TrainChaos;

/// <summary>One process that was given trouble, and what became of it.</summary>
/// <param name="Trouble">What it was given.</param>
/// <param name="Network">What it trained.</param>
/// <param name="Where">How far it was, as far as its folder tells.</param>
/// <param name="Code">What it ended with.</param>
/// <param name="Failure">What went wrong; null when the resumed run has the right bytes.</param>
internal sealed record Trial(string Trouble, string Network, string Where, int Code, string? Failure)
{
    public bool Passed => Failure is null;

    /// <summary>Says what is wrong with a process that ended.</summary>
    /// <returns>null when it ended with one of the codes and no stack trace.</returns>
    public static string? Judge(int code, string output, params int[] expected)
    {
        if (!expected.Contains(code)) return $"ended with {code}: {output}";
        return output.Contains("   at ", StringComparison.Ordinal) ? $"wrote a stack trace: {output}" : null;
    }
}
