using TorchSharp;

namespace TorchOnnx;

/// <summary>The spelling that PyTorch's users know: <c>torch.onnx.export(model, x, "model.onnx", opset_version: 17)</c>.</summary>
public static class TorchExtensions
{
    extension(torch)
    {
        /// <summary>The export to ONNX.</summary>
        public static OnnxNamespace onnx => OnnxNamespace.Instance;
    }
}
