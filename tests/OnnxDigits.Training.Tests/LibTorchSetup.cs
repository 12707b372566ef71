using System.Runtime.CompilerServices;
using OnnxDigits.Training.Loop;

namespace OnnxDigits.Training.Tests;

internal static class LibTorchSetup
{
    [ModuleInitializer]
    internal static void Prepare() => LibTorchEnvironment.Prepare();
}
