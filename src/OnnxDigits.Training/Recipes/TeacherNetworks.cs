using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Recipes;

/// <summary>Trained networks whose mean answer another network learns in place of the labels: distillation.</summary>
/// <remarks>
/// The teachers see the very image that the pupil sees, however it was bent (L. Beyer et al., Knowledge distillation: A
/// good teacher is patient and consistent, 2022). They run on ONNX Runtime, on as many threads as torch has.
/// </remarks>
public sealed class TeacherNetworks : IDisposable
{
    private readonly List<IGraphSession> _sessions = [];

    /// <summary>Loads ONNX files such as the training command writes.</summary>
    /// <param name="files">At least one.</param>
    /// <exception cref="TeacherException">A file cannot be read, or is no network of digits.</exception>
    public TeacherNetworks(IReadOnlyList<string> files)
    {
        ArgumentOutOfRangeException.ThrowIfZero(files.Count);
        try
        {
            Sha256 = string.Join(", ", files.Select(Load));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>SHA-256 of each file in lower-case hex, in their order, as <see cref="Recipe.Teachers"/> names them.</summary>
    public string Sha256 { get; }

    /// <summary>The mean of the teachers' probabilities.</summary>
    /// <param name="images">[N, 1, 28, 28], float32 0..1.</param>
    /// <returns>[N, 10], float32, on the device of the images.</returns>
    public Tensor Answer(Tensor images)
    {
        using var scope = NewDisposeScope();
        GraphTensor<float> pixels = images.cpu().contiguous().ToGraphTensor();
        Tensor sum = zeros(images.shape[0], 10);
        foreach (IGraphSession session in _sessions)
            sum.add_(tensor(session.Probabilities(pixels), sum.shape));
        return sum.div_(_sessions.Count).to(images.device).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _sessions.ForEach(session => session.Dispose());

    private string Load(string file)
    {
        try
        {
            byte[] model = File.ReadAllBytes(file);
            _sessions.Add(new OnnxRuntimeRunner(threads: get_num_threads()).Load(model));
            var blank = new GraphTensor<float>(new float[DigitImages.Rows * DigitImages.Columns], 1, 1, DigitImages.Rows, DigitImages.Columns);
            float[] answer = _sessions[^1].Probabilities(blank);
            return answer.Length == 10 && Math.Abs(answer.Sum() - 1) < 1e-3f
                ? Convert.ToHexStringLower(SHA256.HashData(model))
                : throw new TeacherException($"The teacher {file} is no network of digits: it answers an image with {answer.Length} numbers that are not ten probabilities.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OnnxRuntimeException or KeyNotFoundException or InvalidCastException)
        {
            throw new TeacherException($"The teacher {file} cannot be used: {e.Message}", e);
        }
    }
}
