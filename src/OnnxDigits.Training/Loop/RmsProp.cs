using System.Numerics;
using OnnxDigits.Training.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>RMSprop as the notebook's Keras 2.3 has it: v ← ρ·v + (1 − ρ)·g², p ← p − lr·g / (√v + ε).</summary>
/// <param name="parameters">Contiguous, on one device, all float32 or all float64; their names name the state.</param>
/// <param name="recipe">ρ and ε.</param>
internal sealed class RmsProp(IEnumerable<(string Name, Parameter Parameter)> parameters, Recipe recipe)
    : ElementwiseOptimizer(parameters, "square_avg")
{
    protected override void UpdateInKernels(Tensor parameter, Tensor gradient, Tensor[] memory, double learningRate)
    {
        memory[0].mul_(recipe.Rho).addcmul_(gradient, gradient, 1 - recipe.Rho);
        parameter.addcdiv_(gradient, memory[0].sqrt().add_(recipe.Epsilon), -learningRate);
    }

    protected override void Update<T>(Parameter parameter, Tensor gradient, Tensor[] memory, Range part, double learningRate)
    {
        Span<T> p = Values<T>(parameter)[part], g = Values<T>(gradient)[part], v = Values<T>(memory[0])[part];
        T rate = T.CreateChecked(learningRate), epsilon = T.CreateChecked(recipe.Epsilon);
        T rho = T.CreateChecked(recipe.Rho), fresh = T.CreateChecked(1 - recipe.Rho);
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
}
