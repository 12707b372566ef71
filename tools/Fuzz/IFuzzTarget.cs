namespace OnnxDigits.Tools.Fuzz;

/// <summary>Represents the part of the public API that receives inputs.</summary>
internal interface IFuzzTarget
{
    /// <summary>Gets valid inputs to mutate.</summary>
    IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Runs an input and catches only documented exceptions.</summary>
    /// <param name="input">The mutated bytes.</param>
    /// <param name="number">The number of the input.</param>
    /// <returns>The outcome. One that starts with <see cref="Worker.Fault"/> fails the campaign.</returns>
    string Run(byte[] input, long number);
}
