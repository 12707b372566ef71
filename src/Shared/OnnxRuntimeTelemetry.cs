using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Shared;

/// <summary>Turns off the telemetry of ONNX Runtime. Official builds send it since version 1.29.</summary>
/// <remarks>
/// On Linux and macOS, the telemetry stores an identifier and a database in the user's cache folder and sends events
/// over HTTPS: https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md.
/// </remarks>
internal static partial class OnnxRuntimeTelemetry
{
    // ONNX Runtime reads this variable. A value that the user has set is kept.
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Turns off telemetry for this process. Call this before any other ONNX Runtime function.</summary>
    public static void TurnOff()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null) return;
        if (OperatingSystem.IsWindows())
        {
            OrtEnv.Instance().DisableTelemetryEvents();
        }
        else
        {
            // Environment.SetEnvironmentVariable changes only .NET's copy, which native libraries don't see.
            _ = SetEnvironmentVariable(Variable, "1", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
