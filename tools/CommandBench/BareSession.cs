using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Tools.CommandBench;

/// <summary>A device's provider with nothing around it: one batch, bound once and for each run copied to the device.</summary>
internal sealed class BareSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtValue _images;
    private readonly OrtValue _probabilities;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _run = new();

    public BareSession(string model, string device, int batch)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        if (device.StartsWith("webgpu", StringComparison.Ordinal))
            options.AppendExecutionProvider("WebGPU", []);
        else if (device.StartsWith("cuda", StringComparison.Ordinal))
            options.AppendExecutionProvider_CUDA();
        _session = new InferenceSession(model, options);
        _images = OrtValue.CreateTensorValueFromMemory(new float[batch * 28 * 28], [batch, 1, 28, 28]);
        _probabilities = OrtValue.CreateTensorValueFromMemory(new float[batch * 10], [batch, 10]);
        _binding = _session.CreateIoBinding();
        _binding.BindOutput("probabilities", _probabilities);
    }

    public void Run()
    {
        _binding.BindInput("input", _images);
        _session.RunWithBinding(_run, _binding);
    }

    public void Dispose()
    {
        _binding.Dispose();
        _images.Dispose();
        _probabilities.Dispose();
        _run.Dispose();
        _session.Dispose();
    }
}
