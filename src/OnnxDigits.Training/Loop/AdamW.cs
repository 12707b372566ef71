using System.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Adam with weight decay of its own: I. Loshchilov and F. Hutter, Decoupled weight decay regularization, 2019.</summary>
/// <remarks>Kernels decay; biases and the scales of normalisations, which have one dimension, do not.</remarks>
internal sealed class AdamW : ElementwiseOptimizer
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
    private readonly double _decay;
    private readonly Tensor _steps;

    /// <param name="parameters">Contiguous, on one device, all float32 or all float64; their names name the state.</param>
    /// <param name="weightDecay">Part of a weight that goes at each step, times the learning rate.</param>
    public AdamW(IEnumerable<(string Name, Parameter Parameter)> parameters, double weightDecay)
        : base(parameters, "mean", "mean_square")
    {
        _decay = weightDecay;
        _steps = Remember("steps", zeros(1, ScalarType.Int64));
    }

    public override void Step(double learningRate)
    {
        Values<long>(_steps)[0]++;
        base.Step(learningRate);
    }

    protected override void UpdateInKernels(Tensor parameter, Tensor gradient, Tensor[] memory, double learningRate)
    {
        long steps = Values<long>(_steps)[0];
        memory[0].mul_(Beta1).add_(gradient, 1 - Beta1);
        memory[1].mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
        Tensor divisor = memory[1].sqrt().mul_(1 / Math.Sqrt(1 - Math.Pow(Beta2, steps))).add_(Epsilon);
        if (parameter.dim() > 1) parameter.mul_(1 - learningRate * _decay);
        parameter.addcdiv_(memory[0], divisor, -learningRate / (1 - Math.Pow(Beta1, steps)));
    }

    protected override void Update<T>(Parameter parameter, Tensor gradient, Tensor[] memory, Range part, double learningRate)
    {
        Span<T> p = Values<T>(parameter)[part], g = Values<T>(gradient)[part], m = Values<T>(memory[0])[part], v = Values<T>(memory[1])[part];
        long steps = Values<long>(_steps)[0];
        T rate = T.CreateChecked(learningRate / (1 - Math.Pow(Beta1, steps)));
        T unbias = T.CreateChecked(1 / Math.Sqrt(1 - Math.Pow(Beta2, steps)));
        T keep = T.CreateChecked(parameter.dim() > 1 ? 1 - learningRate * _decay : 1);
        T beta1 = T.CreateChecked(Beta1), beta2 = T.CreateChecked(Beta2), epsilon = T.CreateChecked(Epsilon);
        T fresh1 = T.CreateChecked(1 - Beta1), fresh2 = T.CreateChecked(1 - Beta2);
        int i = 0;
        for (; i <= p.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var gradients = new Vector<T>(g[i..]);
            Vector<T> mean = beta1 * new Vector<T>(m[i..]) + fresh1 * gradients;
            Vector<T> square = beta2 * new Vector<T>(v[i..]) + fresh2 * gradients * gradients;
            mean.CopyTo(m[i..]);
            square.CopyTo(v[i..]);
            (keep * new Vector<T>(p[i..]) - rate * mean / (unbias * Vector.SquareRoot(square) + new Vector<T>(epsilon))).CopyTo(p[i..]);
        }

        for (; i < p.Length; i++)
        {
            m[i] = beta1 * m[i] + fresh1 * g[i];
            v[i] = beta2 * v[i] + fresh2 * g[i] * g[i];
            p[i] = keep * p[i] - rate * m[i] / (unbias * T.Sqrt(v[i]) + epsilon);
        }
    }
}
