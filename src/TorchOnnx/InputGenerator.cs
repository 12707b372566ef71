using TorchSharp;

namespace TorchOnnx;

/// <summary>
/// Creates an input for a module that doesn't accept every value, such as a mask with at least one true element.
/// </summary>
/// <param name="shape">The shape of the input.</param>
/// <param name="random">
/// Random numbers from a fixed seed. Use them instead of TorchSharp's, so that an export can be repeated.
/// </param>
/// <param name="previous">The inputs before this one, in the order of the example's tensors.</param>
/// <returns>A tensor of the shape, with the dtype of the example.</returns>
public delegate torch.Tensor InputGenerator(
    IReadOnlyList<long> shape, Random random, IReadOnlyList<torch.Tensor> previous);
