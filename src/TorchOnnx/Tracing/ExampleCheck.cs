using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Checks that an example is supported and matches the options.</summary>
internal static class ExampleCheck
{
    /// <summary>The number of steps from the example's size to the least maximum.</summary>
    public const int StepsToMax = 4;

    private static readonly torch.ScalarType[] Supported =
    [
        torch.ScalarType.Float32, torch.ScalarType.Float64, torch.ScalarType.Int64, torch.ScalarType.Int32,
        torch.ScalarType.Byte, torch.ScalarType.Bool,
    ];

    public static void Validate(ModelInputs example, OnnxExportOptions options)
    {
        if (example.Tensors.Count == 0)
        {
            throw new ArgumentException(
                example.Arguments.SelectMany(ModelInputs.FlattenAll).Any()
                    ? "The example's tensors were disposed. Keep them until the export ends."
                    : "The example contains no tensor. Give one for each input of the module.",
                nameof(example));
        }
        foreach (var tensor in example.Tensors)
        {
            if (!Supported.Contains(tensor.dtype))
            {
                throw new ArgumentException(
                    $"The example has dtype {tensor.dtype}. Supported are {string.Join(", ", Supported)}.",
                    nameof(example));
            }
            if (tensor.is_sparse || tensor.device_type == DeviceType.META)
            {
                throw new ArgumentException(
                    "The example is a sparse tensor or has no elements (device meta). Give a dense tensor.",
                    nameof(example));
            }
            if (tensor.numel() == 0)
            {
                throw new ArgumentException(
                    $"The example of shape [{string.Join(", ", tensor.shape)}] is empty. Give at least one element.",
                    nameof(example));
            }
        }
        if (options.DynamicBatch && example.Tensors[0].dim() == 0)
        {
            throw new ArgumentException(
                "The example is a scalar and has no batch dimension. Set DynamicBatch = false.", nameof(example));
        }
        foreach (int input in options.InputGenerators.Keys.Where(key => key < 0 || key >= example.Tensors.Count))
        {
            throw new ArgumentException(
                $"InputGenerators refers to input {input}, but the example has {example.Tensors.Count} tensor(s). "
                    + "Count from 0.", nameof(options));
        }
        foreach (var dimension in options.DynamicDimensions) Validate(dimension, example);
        foreach (var group in options.DynamicDimensions.GroupBy(dimension => (dimension.Input, dimension.Axis)))
        {
            if (group.Select(dimension => dimension.Name).Distinct().ToList() is [var name, var other, ..])
            {
                throw new ArgumentException(
                    $"The open dimension {group.Key.Axis} of input {group.Key.Input} has two names, '{name}' and "
                        + $"'{other}'. Give it one name.", nameof(options));
            }
        }
        foreach (var group in options.DynamicDimensions.GroupBy(dimension => dimension.Name))
        {
            if (group.Select(dimension => example.Tensors[dimension.Input].shape[dimension.Axis])
                .Distinct().Count() > 1)
            {
                throw new ArgumentException(
                    $"The open dimension '{group.Key}' has different sizes in the example. Give dimensions that aren't "
                        + "always equal different names.", nameof(options));
            }
        }
    }

    private static void Validate(DynamicDimension dimension, ModelInputs example)
    {
        if (dimension.Input < 0 || dimension.Input >= example.Tensors.Count)
        {
            throw new ArgumentException(
                $"The open dimension '{dimension.Name}' refers to input {dimension.Input}, but the example has "
                    + $"{example.Tensors.Count} tensor(s). Count from 0.", nameof(example));
        }
        var shape = example.Tensors[dimension.Input].shape;
        if (dimension.Axis < 0 || dimension.Axis >= shape.Length)
        {
            throw new ArgumentException(
                $"The open dimension '{dimension.Name}' refers to axis {dimension.Axis} of a tensor of shape "
                    + $"[{string.Join(", ", shape)}]. Count from 0.", nameof(example));
        }
        if (dimension.MultipleOf < 1 || shape[dimension.Axis] % dimension.MultipleOf != 0)
        {
            throw new ArgumentException(
                $"The open dimension '{dimension.Name}' is a multiple of {dimension.MultipleOf}, but its size in the "
                    + $"example is {shape[dimension.Axis]}. Change MultipleOf or the example.", nameof(example));
        }
        if (dimension.Min is { } min
            && (min < 1 || min > shape[dimension.Axis] || min % dimension.MultipleOf != 0))
        {
            throw new ArgumentException(
                $"The open dimension '{dimension.Name}' has size {shape[dimension.Axis]} in the example and Min {min}. "
                    + $"Min must be at most that size and a multiple of {dimension.MultipleOf}. Change Min or use a "
                    + "larger example.", nameof(example));
        }
        long least = shape[dimension.Axis] + (long)StepsToMax * dimension.MultipleOf;
        if (dimension.Max is { } max && (max < least || max % dimension.MultipleOf != 0))
        {
            throw new ArgumentException(
                $"The open dimension '{dimension.Name}' has size {shape[dimension.Axis]} in the example and Max {max}. "
                    + $"Max must be at least {least} and a multiple of {dimension.MultipleOf}. Change Max or use a "
                    + "smaller example.", nameof(example));
        }
    }
}
