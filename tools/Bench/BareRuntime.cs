using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Tools.Bench;

/// <summary>Runs a model directly on ONNX Runtime, on one thread, with its buffers bound beforehand.</summary>
internal sealed class BareRuntime : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly OrtValue _input;
    private readonly OrtValue _output;
    private readonly RunOptions _runOptions = new();

    public BareRuntime(string modelPath, int count)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(modelPath, options);
        _input = OrtValue.CreateTensorValueFromMemory(DigitInputs.Floats(count), [count, 1, 28, 28]);
        Probabilities = new float[count * 10];
        _output = OrtValue.CreateTensorValueFromMemory(Probabilities, [count, 10]);
        _binding = _session.CreateIoBinding();
        _binding.BindInput("input", _input);
        _binding.BindOutput("probabilities", _output);
    }

    /// <summary>Gets the [count, 10] probabilities of the last run.</summary>
    public float[] Probabilities { get; }

    public void Run() => _session.RunWithBinding(_runOptions, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        _output.Dispose();
        _input.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }
}
