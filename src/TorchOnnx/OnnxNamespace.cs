using System.Diagnostics.CodeAnalysis;
using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx;

/// <summary>Adds <c>torch.onnx</c>, with PyTorch's names, as an alias of <see cref="OnnxExporter"/>.</summary>
public static class TorchExtensions
{
    extension(torch)
    {
        /// <summary>Gets the functions of <c>torch.onnx</c>.</summary>
        public static OnnxNamespace onnx => OnnxNamespace.Instance;
    }
}

/// <summary>Contains the functions of <c>torch.onnx</c>.</summary>
public sealed class OnnxNamespace
{
    internal static readonly OnnxNamespace Instance = new();

    private OnnxNamespace() { }

    /// <summary>
    /// Exports a module and saves it as an ONNX file. Equivalent to PyTorch's <c>torch.onnx.export</c>.
    /// </summary>
    /// <param name="model">The module.</param>
    /// <param name="args">An argument for each parameter of the module's <c>forward</c>, in order.</param>
    /// <param name="f">The path of the ONNX file. An existing file is replaced.</param>
    /// <param name="input_names">The names of the graph's inputs, or <see langword="null"/> for the defaults.</param>
    /// <param name="output_names">The names of the graph's outputs, or <see langword="null"/> for the defaults.</param>
    /// <param name="opset_version">The opset, from 13 to 25.</param>
    /// <param name="dynamic_axes">
    /// The names of the open dimensions by input name and axis. <see langword="null"/> leaves only the batch open;
    /// otherwise only the given dimensions are open.
    /// </param>
    /// <param name="verifier">
    /// The runtime that verifies the graph before it is saved, or <see langword="null"/> for none.
    /// </param>
    /// <returns>The exported model.</returns>
    /// <exception cref="OnnxExportException">
    /// A graph cannot represent the module, or the verification failed.
    /// </exception>
    /// <exception cref="ArgumentException">An argument is invalid, or the example doesn't match the module.</exception>
    /// <exception cref="IOException">The file cannot be written. No file remains.</exception>
    /// <example><code>torch.onnx.export(model, [example], "model.onnx", opset_version: 17);</code></example>
    [RequiresUnreferencedCode(OnnxExporter.NeedsCode)]
    [RequiresDynamicCode(OnnxExporter.NeedsCode)]
    public OnnxProgram export(
        torch.nn.Module model, IReadOnlyList<object?> args, string f, IReadOnlyList<string>? input_names = null,
        IReadOnlyList<string>? output_names = null, int opset_version = 17,
        IReadOnlyDictionary<string, IReadOnlyDictionary<int, string>>? dynamic_axes = null,
        IGraphRunner? verifier = null)
    {
        ArgumentNullException.ThrowIfNull(args);
        var program = OnnxExporter.Export(model, args, new()
        {
            InputNames = input_names ?? [],
            OutputNames = output_names ?? [],
            Opset = opset_version,
            DynamicBatch = dynamic_axes is null,
            DynamicDimensions = dynamic_axes is null ? [] : [.. Dimensions(
                dynamic_axes, input_names ?? GraphNames.Defaults("input", new ModelInputs(args).Tensors.Count),
                output_names)],
            Verifier = verifier,
        });
        program.Save(f);
        return program;
    }

    private static IEnumerable<DynamicDimension> Dimensions(
        IReadOnlyDictionary<string, IReadOnlyDictionary<int, string>> dynamic_axes, IReadOnlyList<string> inputs,
        IReadOnlyList<string>? outputs)
    {
        foreach (var (tensor, names) in dynamic_axes)
        {
            ArgumentNullException.ThrowIfNull(names, nameof(dynamic_axes));
            int index = inputs.ToList().IndexOf(tensor);
            // The default names of outputs, whose number isn't known yet, are output, or output_0 and so on.
            bool isOutput = outputs?.Contains(tensor) ?? (tensor == "output"
                || (tensor.StartsWith("output_", StringComparison.Ordinal) && uint.TryParse(tensor.AsSpan(7), out _)));
            if (index < 0 && !isOutput)
            {
                throw new ArgumentException(
                    $"dynamic_axes contains '{tensor}', which is neither in input_names nor in output_names.",
                    nameof(dynamic_axes));
            }
            // The sizes of outputs follow from the sizes of the inputs.
            if (index < 0) continue;
            foreach (var (axis, name) in names) yield return new(name, index, axis);
        }
    }
}
