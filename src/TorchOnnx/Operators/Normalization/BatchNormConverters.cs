using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>Converters for batch, instance and group normalization.</summary>
internal static class BatchNormConverters
{
    public static GraphValue BatchNorm(NormBase module, ConversionContext context)
    {
        var weight = context.ParameterOrNull(module.weight);
        var bias = context.ParameterOrNull(module.bias);
        return module.running_mean is null || module.running_var is null
            ? ByBatch(context, weight, bias, module.eps)
            : BatchNorm(
                context, Scale(context, weight), Shift(context, bias), context.Parameter(module.running_mean),
                context.Parameter(module.running_var), module.eps);
    }

    public static GraphValue BatchNorm(ConversionContext context)
    {
        context.Accept("momentum");
        bool training = context.Flag("training");
        if (context.TensorOrNull("running_mean") is not { } mean)
        {
            return ByBatch(
                context, context.TensorOrNull("weight"), context.TensorOrNull("bias"), context.Number("eps", 1e-5));
        }
        if (training)
        {
            throw context.Refuse(
                "with training: true it changes the running statistics, and a graph keeps no state between runs",
                "Pass training: false, or no running statistics");
        }
        return BatchNorm(
            context, Scale(context, context.TensorOrNull("weight")), Shift(context, context.TensorOrNull("bias")), mean,
            context.Tensor("running_var"), context.Number("eps", 1e-5));
    }

    // In eval mode, instance normalization by running statistics is a batch normalization.
    public static GraphValue InstanceNorm(InstanceNorm module, ConversionContext context, int dimensions)
    {
        Spatial.RequireBatch(context, dimensions);
        return module.track_running_stats
            ? BatchNorm(module, context)
            : InstanceNorm(
                context, Scale(context, context.ParameterOrNull(module.weight)),
                Shift(context, context.ParameterOrNull(module.bias)), module.eps);
    }

    public static GraphValue InstanceNorm(ConversionContext context)
    {
        context.Accept("momentum");
        if (!context.Flag("use_input_stats", true)) return BatchNorm(context);
        // The call updates the running statistics without using them.
        context.Accept("running_mean", "running_var");
        return InstanceNorm(
            context, Scale(context, context.TensorOrNull("weight")), Shift(context, context.TensorOrNull("bias")),
            context.Number("eps", 1e-5));
    }

    // Uses InstanceNormalization over [N, groups, …], because ONNX's GroupNormalization of opset 18 scales per group
    // and torch scales per channel.
    public static GraphValue GroupNorm(
        ConversionContext context, long groups, GraphValue? weight, GraphValue? bias, double epsilon)
    {
        var shape = context.InputShape;
        Dimension members = shape[1].Size / groups;
        Dimension[] grouped = [shape[0], groups, Axes.Count(shape.Skip(2).Prepend(members))];
        var normalized = context.Add(
            "InstanceNormalization",
            [
                context.Reshape(context.Input, shape, grouped),
                context.Constant([.. Enumerable.Repeat(1f, (int)groups)]),
                context.Constant(new float[groups]),
            ],
            new OnnxAttribute("epsilon", epsilon));
        return Affine(context, context.Reshape(normalized, grouped, shape), weight, bias);
    }

    // Normalizes by the statistics of the batch, so that each row's result depends on the other rows.
    private static GraphValue ByBatch(
        ConversionContext context, GraphValue? weight, GraphValue? bias, double epsilon)
    {
        var type = context.InputType;
        int[] axes = [.. Enumerable.Range(0, context.InputShape.Count).Where(axis => axis != 1)];
        var centered = context.Add(
            "Sub", [context.Input, context.Reduce("ReduceMean", context.Input, axes, keep: true)]);
        var variance = context.Reduce("ReduceMean", context.Add("Mul", [centered, centered]), axes, keep: true);
        var deviation = context.Add("Sqrt", context.Add("Add", [variance, context.Constant(epsilon, type)]));
        return Affine(context, context.Add("Div", [centered, deviation]), weight, bias);
    }

    private static GraphValue Affine(ConversionContext context, GraphValue value, GraphValue? weight, GraphValue? bias)
    {
        if (weight is not null) value = context.Add("Mul", [value, Spatial.AlongChannels(context, weight)]);
        return bias is null ? value : context.Add("Add", [value, Spatial.AlongChannels(context, bias)]);
    }

    private static GraphValue BatchNorm(
        ConversionContext context, GraphValue scale, GraphValue shift, GraphValue mean, GraphValue variance,
        double epsilon) =>
        context.Add(
            "BatchNormalization", [context.Input, scale, shift, mean, variance], new OnnxAttribute("epsilon", epsilon));

    private static GraphValue InstanceNorm(
        ConversionContext context, GraphValue scale, GraphValue shift, double epsilon) =>
        context.Add("InstanceNormalization", [context.Input, scale, shift], new OnnxAttribute("epsilon", epsilon));

    // ONNX requires a scale and a shift.
    private static GraphValue Scale(ConversionContext context, GraphValue? weight) => weight ?? PerChannel(context, 1);

    private static GraphValue Shift(ConversionContext context, GraphValue? bias) => bias ?? PerChannel(context, 0);

    private static GraphValue PerChannel(ConversionContext context, float value) =>
        context.Constant([.. Enumerable.Repeat(value, (int)context.InputShape[1].Size)]);
}
