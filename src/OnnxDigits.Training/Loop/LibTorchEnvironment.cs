using System.Runtime.InteropServices;

namespace OnnxDigits.Training.Loop;

/// <summary>Sets what libtorch, its OpenMP runtime and the C allocator read once, when they load.</summary>
internal static unsafe partial class LibTorchEnvironment
{
    // Parameters of mallopt, from glibc's malloc.h.
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;

    /// <summary>Applies the settings. Call it before the first tensor. Variables that the user has set stay.</summary>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux()) return;

        // OpenMP's idle threads spin by default and take the cores from threads with work.
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            _ = SetEnvironmentVariable("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
            _ = SetEnvironmentVariable("GOMP_SPINCOUNT", "1000", overwrite: 0);
        }

        // Hides warnings about optional accelerators.
        _ = SetEnvironmentVariable("TORCH_CPP_LOG_LEVEL", "ERROR", overwrite: 0);

        // By default glibc returns the megabytes that each step frees and clears them page by page when they come back.
        // Other C libraries don't have mallopt.
        if (NativeLibrary.TryLoad("libc.so.6", out nint libc) && NativeLibrary.TryGetExport(libc, "mallopt", out nint mallopt))
        {
            var set = (delegate* unmanaged<int, int, int>)mallopt;
            _ = set(MmapThreshold, 1 << 30);
            _ = set(TrimThreshold, int.MaxValue);
        }
    }

    // Environment.SetEnvironmentVariable doesn't change the C environment on Unix.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
