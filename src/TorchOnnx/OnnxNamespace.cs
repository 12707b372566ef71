using TorchSharp;

namespace TorchOnnx;

/// <summary>What <c>torch.onnx</c> stands for; the names are PyTorch's.</summary>
public sealed class OnnxNamespace
{
    internal static readonly OnnxNamespace Instance = new();

    private OnnxNamespace() { }

    /// <summary>Exports a module and writes the file.</summary>
    /// <param name="model">The module.</param>
    /// <param name="args">An input of the module; dimension 0 is the batch.</param>
    /// <param name="f">The file to write.</param>
    /// <param name="input_names">Names of the graph's inputs; null for "input".</param>
    /// <param name="output_names">Names of the graph's outputs; null for "output".</param>
    /// <param name="opset_version">The operator set to write.</param>
    /// <param name="dynamic_axes">
    /// Names of the open dimensions, by input name and axis. Null leaves the batch open and nothing else; otherwise just
    /// these are open.
    /// </param>
    /// <param name="verifier">The runtime that proves the graph before the file appears; null for none.</param>
    /// <returns>The exported model.</returns>
    /// <exception cref="OnnxExportException">The module cannot be written, or the graph's results are not its.</exception>
    /// <exception cref="ArgumentException">The arguments contradict each other.</exception>
    /// <exception cref="IOException">The file cannot be written; nothing is left behind.</exception>
    public OnnxProgram export(
        torch.nn.Module model, torch.Tensor args, string f, IReadOnlyList<string>? input_names = null,
        IReadOnlyList<string>? output_names = null, int opset_version = 17,
        IReadOnlyDictionary<string, IReadOnlyDictionary<int, string>>? dynamic_axes = null, IGraphRunner? verifier = null) =>
        export(model, [args], f, input_names, output_names, opset_version, dynamic_axes, verifier);

    /// <summary>Exports a module of any inputs and writes the file.</summary>
    /// <inheritdoc cref="export(torch.nn.Module, torch.Tensor, string, IReadOnlyList{string}, IReadOnlyList{string}, int, IReadOnlyDictionary{string, IReadOnlyDictionary{int, string}}, IGraphRunner)"/>
    /// <param name="model">The module.</param>
    /// <param name="args">One example for each parameter of its forward.</param>
    /// <param name="f">The file to write.</param>
    /// <param name="input_names">Names of the graph's inputs.</param>
    /// <param name="output_names">Names of the graph's outputs.</param>
    /// <param name="opset_version">The operator set to write.</param>
    /// <param name="dynamic_axes">Names of the open dimensions, by input name and axis.</param>
    /// <param name="verifier">The runtime that proves the graph before the file appears.</param>
    public OnnxProgram export(
        torch.nn.Module model, IReadOnlyList<object?> args, string f, IReadOnlyList<string>? input_names = null,
        IReadOnlyList<string>? output_names = null, int opset_version = 17,
        IReadOnlyDictionary<string, IReadOnlyDictionary<int, string>>? dynamic_axes = null, IGraphRunner? verifier = null)
    {
        ArgumentNullException.ThrowIfNull(args);
        IReadOnlyList<string> inputs = input_names ?? (args.Count == 1 ? ["input"] : []), outputs = output_names ?? ["output"];
        var program = OnnxExporter.Export(model, args, new()
        {
            InputNames = inputs,
            OutputNames = output_names ?? [],
            Opset = opset_version,
            DynamicBatch = dynamic_axes is null,
            DynamicDimensions = dynamic_axes is null ? [] : [.. Dimensions(dynamic_axes, inputs, outputs)],
            Verifier = verifier,
        });
        program.Save(f);
        return program;
    }

    private static IEnumerable<DynamicDimension> Dimensions(
        IReadOnlyDictionary<string, IReadOnlyDictionary<int, string>> axes, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs)
    {
        foreach (var (tensor, names) in axes)
        {
            int index = inputs.ToList().IndexOf(tensor);
            if (index < 0 && !outputs.Contains(tensor))
                throw new ArgumentException(
                    $"dynamic_axes names '{tensor}', which is neither in input_names nor in output_names.", nameof(axes));
            // What sizes the outputs have follows from the inputs.
            if (index < 0) continue;
            foreach (var (axis, name) in names) yield return new(name, index, axis);
        }
    }
}
