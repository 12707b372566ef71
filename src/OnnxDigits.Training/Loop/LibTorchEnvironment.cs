using System.Runtime.InteropServices;

namespace OnnxDigits.Training.Loop;

/// <summary>Applies settings that libtorch, its OpenMP runtime and the C allocator read when they load.</summary>
public static unsafe partial class LibTorchEnvironment
{
    // Parameters of mallopt, from glibc's malloc.h.
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;

    /// <summary>
    /// Makes training faster on Linux. Call it before the first tensor. Environment variables that are already set stay.
    /// </summary>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux()) return;

        // By default OpenMP's idle threads spin, which takes the cores from threads with work. Measured on conv with two
        // threads, while other programs used the same two cores: 11 × the speed.
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            _ = SetEnvironmentVariable("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
            _ = SetEnvironmentVariable("GOMP_SPINCOUNT", "1000", overwrite: 0);
        }

        // By default glibc returns freed memory to the system and clears it again page by page, megabytes in each step.
        // Measured on conv with one thread: 1.3 × the speed, and 1.7 × with channels-last batches. Other C libraries have
        // no mallopt.
        if (NativeLibrary.TryLoad("libc.so.6", out nint libc) && NativeLibrary.TryGetExport(libc, "mallopt", out nint mallopt))
        {
            var set = (delegate* unmanaged<int, int, int>)mallopt;
            _ = set(MmapThreshold, 1 << 30);
            _ = set(TrimThreshold, int.MaxValue);
        }

        // Hides warnings about optional accelerators.
        _ = SetEnvironmentVariable("TORCH_CPP_LOG_LEVEL", "ERROR", overwrite: 0);
    }

    // Environment.SetEnvironmentVariable doesn't change the C environment on Unix.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
