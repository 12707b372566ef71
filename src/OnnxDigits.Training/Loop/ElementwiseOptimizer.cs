using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>An optimizer that treats every scalar alike, in one pass over the memory of all that it reads and writes.</summary>
/// <remarks>
/// TorchSharp's own go through a kernel with a temporary of the parameter's size for each operation of their formula,
/// which for the dense network cost about a fifth of a step. On a GPU the memory cannot be reached: there they are kernels.
/// </remarks>
internal abstract class ElementwiseOptimizer : IOptimizer
{
    // Below, starting a thread costs more than it saves.
    private const int LeastForThreads = 32_768;

    private readonly (Parameter Parameter, Tensor[] Memory)[] _parameters;
    private readonly Dictionary<string, Tensor> _state = [];

    /// <param name="parameters">Contiguous, on one device, all float32 or all float64; their names name the state.</param>
    /// <param name="memory">Names of what is remembered for each scalar, zero at first.</param>
    protected ElementwiseOptimizer(IEnumerable<(string Name, Parameter Parameter)> parameters, params string[] memory) =>
        _parameters = [.. parameters.Select(entry => (
            entry.Parameter,
            memory.Select(name => Remember($"{entry.Name}.{name}", zeros(entry.Parameter.shape, entry.Parameter.dtype, entry.Parameter.device))).ToArray()))];

    public IReadOnlyDictionary<string, Tensor> State => _state;

    /// <summary>Whether libtorch's operations do it on the CPU as well.</summary>
    internal bool ByKernels { get; init; }

    public void ZeroGrad()
    {
        // Without a gradient the backward pass hands its result over; with one of zeros it would add to it.
        foreach (var (parameter, _) in _parameters) parameter.grad = null;
    }

    public virtual void Step(double learningRate)
    {
        foreach (var (parameter, memory) in _parameters)
        {
            using Tensor? gradient = parameter.grad;
            if (gradient is null) continue;

            using Tensor dense = gradient.contiguous();
            if (ByKernels || parameter.device_type != DeviceType.CPU) UpdateByKernels(parameter, dense, memory, learningRate);
            else if (parameter.dtype == ScalarType.Float32) UpdateParts<float>(parameter, dense, memory, learningRate);
            else UpdateParts<double>(parameter, dense, memory, learningRate);
        }
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _state.Values) tensor.Dispose();
    }

    /// <summary>Keeps a tensor as part of the state.</summary>
    protected Tensor Remember(string name, Tensor tensor) => _state[name] = tensor.DetachFromDisposeScope();

    /// <summary>Moves a part of one parameter along its gradient; each scalar by itself, so the parts do not matter.</summary>
    protected abstract void Update<T>(Parameter parameter, Tensor gradient, Tensor[] memory, Range part, double learningRate)
        where T : unmanaged, IRootFunctions<T>;

    /// <summary>The same for a parameter on any device, which differs in the last bits; in a scope and without gradients.</summary>
    protected abstract void UpdateInKernels(Tensor parameter, Tensor gradient, Tensor[] memory, double learningRate);

    private void UpdateParts<T>(Parameter parameter, Tensor gradient, Tensor[] memory, double learningRate) where T : unmanaged, IRootFunctions<T>
    {
        int count = (int)parameter.NumberOfElements;
        Parts.ForEach(
            count, count < LeastForThreads ? 1 : get_num_threads(), (start, end) => Update<T>(parameter, gradient, memory, start..end, learningRate));
    }

    /// <summary>Moves one parameter along its gradient by libtorch's operations.</summary>
    private void UpdateByKernels(Tensor parameter, Tensor gradient, Tensor[] memory, double learningRate)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        UpdateInKernels(parameter, gradient, memory, learningRate);
    }

    /// <summary>A tensor's memory.</summary>
    protected static Span<T> Values<T>(Tensor tensor) where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);
}
