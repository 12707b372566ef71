using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Internals;

/// <summary>RMSprop as the notebook's Keras 2.3 has it: v ← ρ·v + (1 − ρ)·g², p ← p − lr·g / (√v + ε).</summary>
/// <remarks>
/// One pass over the memory of p, g and v. TorchSharp's own goes through six kernels with temporaries of the
/// parameter's size, which for the dense network cost about a fifth of a step.
/// </remarks>
internal sealed class RmsProp : IOptimizer
{
    private readonly (Parameter Parameter, Tensor MeanSquare)[] _parameters;
    private readonly Recipe _recipe;

    /// <param name="parameters">Contiguous, on the CPU, all float32 or all float64; their names name the state.</param>
    /// <param name="recipe">Learning rate, ρ and ε.</param>
    public RmsProp(IEnumerable<(string Name, Parameter Parameter)> parameters, Recipe recipe)
    {
        var state = new Dictionary<string, Tensor>();
        foreach ((string name, Parameter parameter) in parameters)
            state.Add($"{name}.square_avg", zeros(parameter.shape, parameter.dtype).DetachFromDisposeScope());
        State = state;
        _parameters = [.. parameters.Select(entry => entry.Parameter).Zip(state.Values)];
        _recipe = recipe;
    }

    public IReadOnlyDictionary<string, Tensor> State { get; }

    public void ZeroGrad()
    {
        // Without a gradient the backward pass hands its result over; with one of zeros it would add to it.
        foreach (var (parameter, _) in _parameters) parameter.grad = null;
    }

    public void Step()
    {
        foreach (var (parameter, meanSquare) in _parameters)
        {
            using Tensor? gradient = parameter.grad;
            if (gradient is null) continue;

            using Tensor dense = gradient.contiguous();
            if (parameter.dtype == ScalarType.Float32) Update<float>(parameter, dense, meanSquare);
            else Update<double>(parameter, dense, meanSquare);
        }
    }

    public void Dispose()
    {
        foreach (var (_, meanSquare) in _parameters) meanSquare.Dispose();
    }

    private void Update<T>(Tensor parameter, Tensor gradient, Tensor meanSquare) where T : unmanaged, IRootFunctions<T>
    {
        Span<T> p = Values<T>(parameter), g = Values<T>(gradient), v = Values<T>(meanSquare);
        T rate = T.CreateChecked(_recipe.LearningRate), epsilon = T.CreateChecked(_recipe.Epsilon);
        T rho = T.CreateChecked(_recipe.Rho), fresh = T.CreateChecked(1 - _recipe.Rho);
        int i = 0;
        for (; i <= p.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var gradients = new Vector<T>(g[i..]);
            Vector<T> mean = rho * new Vector<T>(v[i..]) + fresh * gradients * gradients;
            mean.CopyTo(v[i..]);
            (new Vector<T>(p[i..]) - rate * gradients / (Vector.SquareRoot(mean) + new Vector<T>(epsilon))).CopyTo(p[i..]);
        }

        for (; i < p.Length; i++)
        {
            v[i] = rho * v[i] + fresh * g[i] * g[i];
            p[i] -= rate * g[i] / (T.Sqrt(v[i]) + epsilon);
        }
    }

    private static Span<T> Values<T>(Tensor tensor) where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);
}
