using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Shared;

/// <summary>Turns off the telemetry of ONNX Runtime, which its official builds send from version 1.29 on.</summary>
/// <remarks>
/// On Linux and macOS, the telemetry stores an identifier and a database in the user's cache folder and sends events
/// over HTTPS: https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md.
/// </remarks>
internal static partial class OnnxRuntimeTelemetry
{
    // The switch of ONNX Runtime. A value that the user has set is kept.
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Turns the telemetry off for this process. Call it before any other function of the runtime.</summary>
    public static void TurnOff()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null) return;
        if (OperatingSystem.IsWindows())
        {
            OrtEnv.Instance().DisableTelemetryEvents();
        }
        else
        {
            // Environment.SetEnvironmentVariable changes a copy that native libraries don't see.
            _ = SetEnvironmentVariable(Variable, "1", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
