using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Shared;

/// <summary>Keeps ONNX Runtime from reporting how it is used, which its official builds do from version 1.29 on.</summary>
/// <remarks>
/// Outside Windows they keep an identifier and a database in the user's cache folder and send events over HTTPS:
/// https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md. Nobody who reads digits expects that.
/// </remarks>
internal static partial class OnnxRuntimeTelemetry
{
    // Its own switch. Whoever sets it, to 0 or to 1, has decided.
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Turns it off for the process. Has an effect only before the runtime is first called.</summary>
    public static void TurnOff()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
            return;
        if (OperatingSystem.IsWindows())
            OrtEnv.Instance().DisableTelemetryEvents();
        else
            // .NET's own call changes a copy that native libraries do not see.
            _ = SetEnvironmentVariable(Variable, "1", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
