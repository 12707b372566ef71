using System.Runtime.CompilerServices;
using OnnxDigits.Training.Loop;

namespace CrossCheck;

internal static class LibTorchSetup
{
    [ModuleInitializer]
    internal static void Prepare() => LibTorchEnvironment.Prepare();
}
