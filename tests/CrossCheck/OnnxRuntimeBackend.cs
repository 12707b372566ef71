using OnnxDigits.Data;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;

namespace CrossCheck;

/// <summary>The file on ONNX Runtime, with nothing of the inference package between.</summary>
internal sealed class OnnxRuntimeBackend(ShippedModel model) : IDigitBackend
{
    private readonly IGraphSession _session = new OnnxRuntimeRunner().Load(model.File);

    public float[] Run(DigitImages images)
    {
        var pixels = new float[images.Pixels.Length];
        PixelScaling.ToUnit(images.Pixels.Span, pixels);
        var inputs = new Dictionary<string, GraphTensor> { ["input"] = new GraphTensor<float>(pixels, images.Count, 1, 28, 28) };
        return ((GraphTensor<float>)_session.Run(inputs)["probabilities"]).Data;
    }

    public void Dispose() => _session.Dispose();
}
