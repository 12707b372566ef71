using System.Runtime.InteropServices;

namespace OnnxDigits.Training.Internals;

/// <summary>Settings that libtorch and its OpenMP read once, from the C environment, when they load.</summary>
internal static unsafe partial class LibTorchEnvironment
{
    // c10::initLogging() reads TORCH_CPP_LOG_LEVEL; of libtorch's users only Python calls it by itself.
    private const string InitLogging = "_ZN3c1011initLoggingEv";

    /// <remarks>
    /// .NET's own setter does not reach the C environment on Unix. Call this before the first tensor; what the user
    /// has set stays.
    /// </remarks>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux()) return;

        // Idle worker threads that spin slow everything down where cores are shared.
        _ = SetEnvironmentVariable("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);

        // Warnings about optional accelerators (NNPACK) tell the user nothing.
        _ = SetEnvironmentVariable("TORCH_CPP_LOG_LEVEL", "ERROR", overwrite: 0);
        if (NativeLibrary.TryLoad("libc10.so", typeof(LibTorchEnvironment).Assembly, searchPath: null, out nint library)
            && NativeLibrary.TryGetExport(library, InitLogging, out nint initLogging))
        {
            ((delegate* unmanaged<void>)initLogging)();
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
