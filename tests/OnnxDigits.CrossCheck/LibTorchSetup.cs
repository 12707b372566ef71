using System.Runtime.CompilerServices;
using OnnxDigits.Training.Internals;

namespace OnnxDigits.CrossCheck;

internal static class LibTorchSetup
{
    [ModuleInitializer]
    internal static void Prepare() => LibTorchEnvironment.Prepare();
}
