namespace OnnxDigits.Tools.Fuzz;

/// <summary>What is fuzzed.</summary>
internal interface IFuzzTarget
{
    /// <summary>Inputs that are right, to start from.</summary>
    IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>The names of what <see cref="Run"/> returns.</summary>
    IReadOnlyList<string> Outcomes { get; }

    /// <summary>The one of them that no input may have; null where there is none.</summary>
    string? Wrong { get; }

    /// <summary>Gives one input to the public API and swallows only the exceptions that it documents.</summary>
    /// <param name="input">The mutated bytes.</param>
    /// <param name="index">The input's number.</param>
    /// <returns>The index of the outcome.</returns>
    int Run(byte[] input, long index);
}
