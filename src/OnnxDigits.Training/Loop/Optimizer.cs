using OnnxDigits.Training.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>
/// Updates weights. The results equal the results of TorchSharp's optimizers, except that AdamW decays kernels only.
/// </summary>
/// <remarks>See <see cref="Numbers"/> for the reason not to use TorchSharp's optimizers.</remarks>
internal sealed class Optimizer : IDisposable
{
    // Adam's decays of the means and squares, and the constant that it adds to the root.
    private const double Beta1 = 0.9, Beta2 = 0.999, AdamEpsilon = 1e-8;

    private readonly OptimizerSettings _settings;
    private readonly Parameter[] _weights;
    private readonly Tensor[] _squares;
    private readonly Tensor[] _means;
    private long _steps;

    /// <summary>Creates an optimizer before its first step.</summary>
    /// <param name="weights">The weights to update.</param>
    /// <param name="settings">The kind of the optimizer and its settings, except the learning rate.</param>
    public Optimizer(IEnumerable<Parameter> weights, OptimizerSettings settings)
    {
        _settings = settings;
        _weights = [.. weights];
        using var noGradients = no_grad();
        _squares = settings.Kind == OptimizerKind.Sgd ? [] : Zeros();
        bool hasMeans = settings.Kind switch
        {
            OptimizerKind.RmsProp => false,
            OptimizerKind.Sgd => settings.Momentum > 0,
            _ => true,
        };
        _means = hasMeans ? Zeros() : [];

        Tensor[] Zeros() => [.. _weights.Select(weight => zeros_like(weight).DetachFromDisposeScope())];
    }

    /// <summary>Updates the weights.</summary>
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        _steps++;
        for (int i = 0; i < _weights.Length; i++)
        {
            if (_weights[i].grad is not { } gradient) continue;
            switch (_settings.Kind)
            {
                case OptimizerKind.RmsProp:
                    StepRmsProp(_weights[i], gradient, _squares[i], learningRate);
                    break;
                case OptimizerKind.Sgd:
                    StepSgd(_weights[i], gradient, _means.ElementAtOrDefault(i), learningRate);
                    break;
                default:
                    StepAdam(_weights[i], gradient, _squares[i], _means[i], learningRate);
                    break;
            }
        }
    }

    /// <summary>Writes the state.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_steps);
        foreach (Tensor tensor in _squares.Concat(_means)) tensor.Save(writer);
    }

    /// <summary>Reads the output of <see cref="Save"/>.</summary>
    public void Load(BinaryReader reader)
    {
        _steps = reader.ReadInt64();
        foreach (Tensor tensor in _squares.Concat(_means)) tensor.Load(reader);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _squares.Concat(_means)) tensor.Dispose();
    }

    private void StepRmsProp(Tensor weight, Tensor gradient, Tensor squares, double learningRate)
    {
        squares.Scale(_settings.Rho);
        squares.AddSquare(gradient, 1 - _settings.Rho);
        Tensor root = squares.sqrt();
        root.Increase(_settings.Epsilon);
        weight.AddQuotient(gradient, root, -learningRate);
    }

    private void StepSgd(Tensor weight, Tensor gradient, Tensor? velocity, double learningRate)
    {
        if (velocity is not null)
        {
            velocity.Scale(_settings.Momentum);
            velocity.AddScaled(gradient, 1);
        }

        weight.AddScaled(velocity ?? gradient, -learningRate);
    }

    private void StepAdam(Tensor weight, Tensor gradient, Tensor squares, Tensor means, double learningRate)
    {
        // Only kernels decay. Biases and the parameters of normalization layers have one dimension.
        if (_settings.Kind == OptimizerKind.AdamW && weight.dim() > 1)
        {
            weight.Scale(1 - learningRate * _settings.WeightDecay);
        }

        means.Scale(Beta1);
        means.AddScaled(gradient, 1 - Beta1);
        squares.Scale(Beta2);
        squares.AddSquare(gradient, 1 - Beta2);
        using var correction = Math.Sqrt(1 - Math.Pow(Beta2, _steps)).ToScalar();
        Tensor root = squares.sqrt().div_(correction);
        root.Increase(AdamEpsilon);
        weight.AddQuotient(means, root, -learningRate / (1 - Math.Pow(Beta1, _steps)));
    }
}
