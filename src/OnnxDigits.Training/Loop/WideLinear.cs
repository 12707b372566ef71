using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>A linear layer on data, which want no gradient, by <see cref="WideMultiplication"/>.</summary>
internal sealed class WideLinear : autograd.SingleTensorFunction<WideLinear>
{
    public override string Name => nameof(WideLinear);

    public static bool Suits(Tensor input, Linear layer) =>
        input.device_type == DeviceType.CPU && input.dtype == ScalarType.Float32 && !input.requires_grad && layer.bias is not null
        && WideMultiplication.Suits(layer.weight!.shape[0], Math.Min(input.shape[0], input.shape[1]));

    /// <summary>[N, inputs] to [N, outputs].</summary>
    // The transposition stays outside: autograd lets nobody write into a view made by a function of one's own.
    public static Tensor Apply(Tensor input, Linear layer) => apply(input, layer.weight!, layer.bias!).t();

    public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
    {
        var (input, weight, bias) = ((Tensor)arguments[0], (Tensor)arguments[1], (Tensor)arguments[2]);
        context.save_for_backward([input]);
        // Transposed: then every matrix but the input, the smallest, is read as it lies.
        using Tensor columns = input.t().contiguous();
        Tensor output = Multiply(weight, columns);
        using Tensor shift = bias.unsqueeze(1);
        return output.add_(shift);
    }

    public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
    {
        using Tensor input = context.get_saved_variables()[0], rows = gradient.contiguous();
        return [null!, Multiply(rows, input), rows.sum(1)];
    }

    private static unsafe Tensor Multiply(Tensor a, Tensor b)
    {
        Tensor c = empty(a.shape[0], b.shape[1]);
        WideMultiplication.Run(
            Values(a), Values(b), Values(c), (int)c.shape[0], (int)c.shape[1], (int)a.shape[1], get_num_threads());
        return c;
    }

    // Of native memory: nothing moves it.
    private static unsafe float* Values(Tensor tensor) =>
        (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
