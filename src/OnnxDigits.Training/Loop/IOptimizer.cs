using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Moves parameters along their gradients. The parameters stay the caller's.</summary>
internal interface IOptimizer : IDisposable
{
    /// <summary>
    /// What the optimizer remembers from step to step, by name: copies of these tensors are enough to go on as if
    /// there had been no break. To restore, copy into them.
    /// </summary>
    IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Forgets the gradients, so that the next backward pass writes instead of adding.</summary>
    void ZeroGrad();

    /// <summary>Updates every parameter that has a gradient.</summary>
    /// <param name="learningRate">Size of the step.</param>
    void Step(double learningRate);
}
