using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Creates inputs other than the example with the user's generators.</summary>
internal static class GeneratedInputs
{
    /// <summary>Returns an input of each shape.</summary>
    /// <param name="generators">The generators, by the index of the input.</param>
    /// <param name="inputs">The dtype and the shape of each input.</param>
    /// <param name="random">Random numbers for the generators.</param>
    /// <param name="other">Creates an input without a generator, given its index.</param>
    /// <exception cref="InvalidOperationException">A generator returned another shape or dtype.</exception>
    public static IReadOnlyList<torch.Tensor> Of(
        IReadOnlyDictionary<int, InputGenerator> generators,
        IEnumerable<(torch.ScalarType Type, long[] Shape)> inputs, Random random, Func<int, torch.Tensor> other)
    {
        List<torch.Tensor> made = [];
        foreach (var (index, (type, shape)) in inputs.Index())
        {
            if (!generators.TryGetValue(index, out var generator))
            {
                made.Add(other(index));
                continue;
            }
            var tensor = generator([.. shape], random, made.AsReadOnly());
            if (tensor is null || tensor.dtype != type || !tensor.shape.SequenceEqual(shape))
            {
                throw new InvalidOperationException(
                    $"InputGenerators[{index}] returned {Describe(tensor?.dtype, tensor?.shape)}. Return a tensor of "
                        + $"{Describe(type, shape)}.");
            }
            made.Add(tensor);
        }
        return made;
    }

    private static string Describe(torch.ScalarType? type, long[]? shape) =>
        type is null ? "null" : $"{type} [{string.Join(", ", shape!)}]";
}
