using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Tools.Bench;

/// <summary>
/// ONNX Runtime with nothing around it: a session, and one batch of floats and its results bound to it beforehand.
/// </summary>
internal sealed class BareRuntime : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly OrtValue _input;
    private readonly OrtValue _output;
    private readonly RunOptions _runOptions = new();

    public BareRuntime(byte[] model, int count, int threads = 1, bool spinning = false)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", spinning ? "1" : "0");
        _session = new InferenceSession(model, options);
        _input = OrtValue.CreateTensorValueFromMemory(DigitInputs.Floats(count), [count, 1, 28, 28]);
        Probabilities = new float[count * 10];
        _output = OrtValue.CreateTensorValueFromMemory(Probabilities, [count, 10]);
        _binding = _session.CreateIoBinding();
        _binding.BindInput("input", _input);
        _binding.BindOutput("probabilities", _output);
    }

    /// <summary>[count, 10], what the last run gave.</summary>
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
