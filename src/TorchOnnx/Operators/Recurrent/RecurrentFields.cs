using System.Runtime.CompilerServices;
using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>Hyper-parameters that recurrent networks keep in private fields.</summary>
internal static class RecurrentFields
{
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    public static extern ref bool BatchFirst(LSTM module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    public static extern ref bool BatchFirst(GRU module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    public static extern ref bool BatchFirst(RNN module);
}
