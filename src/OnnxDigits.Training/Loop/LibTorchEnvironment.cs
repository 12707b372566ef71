using System.Runtime.InteropServices;

namespace OnnxDigits.Training.Loop;

/// <summary>Settings that libtorch and its OpenMP read once, from the C environment, when they load.</summary>
internal static unsafe partial class LibTorchEnvironment
{
    // c10::initLogging() reads TORCH_CPP_LOG_LEVEL; of libtorch's users only Python calls it by itself.
    private const string InitLogging = "_ZN3c1011initLoggingEv";

    // glibc's malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    /// <remarks>
    /// .NET's own setter does not reach the C environment on Unix. Call this before the first tensor; what the user
    /// has set stays.
    /// </remarks>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux()) return;

        // Idle worker threads that spin for long slow everything down where cores are shared: two runs at once on two
        // cores took 15 times as long. Those that sleep at once make a step of many small kernels half as long again. A
        // thousand turns, some microseconds, cost the former a fifth and the latter nothing.
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            _ = SetEnvironmentVariable("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
            _ = SetEnvironmentVariable("GOMP_SPINCOUNT", "1000", overwrite: 0);
        }

        // glibc gives freed memory back at once and clears it page by page when it comes again, and a step takes and
        // frees megabytes: a quarter of the processor time, and more where others are busy too. Elsewhere than glibc
        // this is absent.
        if (NativeLibrary.TryLoad("libc.so.6", out nint libc) && NativeLibrary.TryGetExport(libc, "mallopt", out nint mallopt))
        {
            var set = (delegate* unmanaged<int, int, int>)mallopt;
            _ = set(MmapThreshold, 1 << 30);
            _ = set(TrimThreshold, int.MaxValue);
            _ = set(TopPad, 64 << 20);
        }

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
