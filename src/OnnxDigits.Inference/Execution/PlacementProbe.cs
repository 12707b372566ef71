using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Models;

namespace OnnxDigits.Inference.Execution;

/// <summary>Runs one image through a new session and sees where its nodes ran; a session that is made proves less.</summary>
internal sealed class PlacementProbe : IDisposable
{
    private readonly string _folder = NewFolder();

    /// <summary>Lets the session of these options write down what runs where, until it was tried.</summary>
    public PlacementProbe(SessionOptions options)
    {
        options.ProfileOutputPathPrefix = Path.Combine(_folder, "run");
        options.EnableProfiling = true;
    }

    public NodePlacement Try(InferenceSession session, string provider)
    {
        using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var image = OrtValue.CreateTensorValueFromMemory(new float[28 * 28], [1, 1, 28, 28]);
        using var results = session.Run(run, [ModelContract.InputName], [image], [ModelContract.OutputName]);
        using var profile = File.OpenRead(session.EndProfiling());
        return NodePlacement.Read(profile, provider);
    }

    private static string NewFolder()
    {
        try
        {
            return Directory.CreateTempSubdirectory("onnxdigits-").FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DigitDeviceException(
                $"A device cannot be tried without a folder for temporary files ({RuntimeReason.Of(e)}): let TMPDIR name one that "
                + "can be written, or take the device cpu.", e);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
