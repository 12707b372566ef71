using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>Converters for batch, instance and group normalization.</summary>
internal static class BatchNormConverters
{
    public static GraphValue BatchNorm(NormBase module, ConversionContext context)
    {
        if (module.running_mean is null || module.running_var is null)
        {
            throw context.Refuse(
                "without running statistics it normalizes by the batch, so each row's result depends on the other rows",
                "Build it with track_running_stats: true");
        }
        return BatchNorm(
            context, Scale(context, context.ParameterOrNull(module.weight)),
            Shift(context, context.ParameterOrNull(module.bias)), context.Parameter(module.running_mean),
            context.Parameter(module.running_var), module.eps);
    }

    public static GraphValue BatchNorm(ConversionContext context)
    {
        context.Accept("momentum");
        if (context.Flag("training") || context.TensorOrNull("running_mean") is not { } mean)
        {
            throw context.Refuse(
                "it normalizes by the batch, so each row's result depends on the other rows",
                "Pass running statistics and training: false");
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
        var result = context.Reshape(normalized, grouped, shape);
        if (weight is not null) result = context.Add("Mul", [result, Spatial.AlongChannels(context, weight)]);
        return bias is null ? result : context.Add("Add", [result, Spatial.AlongChannels(context, bias)]);
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
