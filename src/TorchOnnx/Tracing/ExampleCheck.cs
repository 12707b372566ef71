using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Refuses examples that say too little about the inputs.</summary>
internal static class ExampleCheck
{
    private static readonly torch.ScalarType[] Supported =
        [torch.ScalarType.Float32, torch.ScalarType.Int64, torch.ScalarType.Int32, torch.ScalarType.Bool];

    public static void Validate(ModelInputs example, OnnxExportOptions options)
    {
        if (example.Tensors.Count == 0)
            throw new ArgumentException("The example holds no tensor: give one for each input of the module.", nameof(example));
        foreach (var tensor in example.Tensors)
        {
            if (!Supported.Contains(tensor.dtype))
                throw new ArgumentException(
                    $"The example is of {tensor.dtype}: give one of {string.Join(", ", Supported)}.", nameof(example));
            if (tensor.numel() == 0)
                throw new ArgumentException(
                    $"The example of shape [{string.Join(", ", tensor.shape)}] is empty: give at least one element.",
                    nameof(example));
        }
        if (options.DynamicBatch && example.Tensors[0].dim() == 0)
            throw new ArgumentException(
                "The example is a scalar and has no batch dimension: export with DynamicBatch = false.", nameof(example));
        foreach (var dimension in options.DynamicDimensions) Validate(dimension, example);
        foreach (var group in options.DynamicDimensions.GroupBy(dimension => dimension.Name))
            if (group.Select(dimension => example.Tensors[dimension.Input].shape[dimension.Axis]).Distinct().Count() > 1)
                throw new ArgumentException(
                    $"The dynamic dimension '{group.Key}' has different sizes in the example: give different names to "
                        + "dimensions that are not always equal.", nameof(options));
    }

    private static void Validate(DynamicDimension dimension, ModelInputs example)
    {
        if (dimension.Input < 0 || dimension.Input >= example.Tensors.Count)
            throw new ArgumentException(
                $"The dynamic dimension '{dimension.Name}' is of input {dimension.Input}, but there are "
                    + $"{example.Tensors.Count}, counted from 0.", nameof(example));
        var shape = example.Tensors[dimension.Input].shape;
        if (dimension.Axis < 0 || dimension.Axis >= shape.Length)
            throw new ArgumentException(
                $"The dynamic dimension '{dimension.Name}' is axis {dimension.Axis} of an input of shape "
                    + $"[{string.Join(", ", shape)}]: count from 0.", nameof(example));
        if (dimension.MultipleOf < 1 || shape[dimension.Axis] % dimension.MultipleOf != 0)
            throw new ArgumentException(
                $"The dynamic dimension '{dimension.Name}' is a multiple of {dimension.MultipleOf}, but its size in the "
                    + $"example is {shape[dimension.Axis]}.", nameof(example));
        long least = shape[dimension.Axis] + 4L * dimension.MultipleOf;
        if (dimension.Max is { } max && (max < least || max % dimension.MultipleOf != 0))
            throw new ArgumentException(
                $"The dynamic dimension '{dimension.Name}' is {shape[dimension.Axis]} in the example and {max} at most: give a "
                    + $"Max from {least} on that is a multiple of {dimension.MultipleOf}, or a smaller example.", nameof(example));
    }
}
