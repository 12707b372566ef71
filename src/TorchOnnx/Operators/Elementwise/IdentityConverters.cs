namespace TorchOnnx.Operators;

/// <summary>Converters for operations that return their input, and for casts.</summary>
internal static class IdentityConverters
{
    public static GraphValue Dropout(ConversionContext context)
    {
        double probability = context.Number("p");
        return context.Flag("training") && probability != 0
            ? throw context.Refuse(
                $"{context.MethodName} with training: true draws random numbers",
                "Pass the module's own mode: training: training")
            : context.Input;
    }

    public static GraphValue Cast(ConversionContext context)
    {
        context.Accept("type", "other", "deviceType", "deviceIndex");
        return context.Cast(context.Tensor("this"), context.OutputType);
    }
}
