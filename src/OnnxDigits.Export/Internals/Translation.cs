using OnnxDigits.Export.Internals.Format;
using OnnxDigits.Export.Internals.Front;
using OnnxDigits.Export.Internals.Graph;
using TorchSharp;

namespace OnnxDigits.Export.Internals;

/// <summary>A recording turned into a model, or the reasons why it could not be.</summary>
/// <param name="Model">The model; meaningless where there are problems.</param>
/// <param name="CallOutputs">Per recorded call, the value that it returned and the node that makes it.</param>
/// <param name="Problems">Why it cannot be written; empty when it can.</param>
internal sealed record Translation(
    ModelProto Model, IReadOnlyList<CallOutput> CallOutputs, IReadOnlyList<OnnxExportProblem> Problems)
{
    // Protocol buffers end at 2 GiB; a mebibyte is left for everything but the weights.
    private const long LargestSize = int.MaxValue - (1L << 20);

    public static Translation Refused(IReadOnlyList<OnnxExportProblem> problems) => new(new(), [], problems);

    public static Translation Of(torch.nn.Module model, Recording recording, OnnxExportOptions options)
    {
        var problems = recording.Problems.Concat(UnsupportedState(model)).ToList();
        var builder = new GraphBuilder(options.Opset, State(model), options.InputNames.Concat(options.OutputNames));
        var input = new GraphValue(options.InputNames[0]);
        var values = new Dictionary<RecordedValue, GraphValue> { [recording.Inputs[0]] = input };
        foreach (var call in recording.Calls)
        {
            // Behind a refused call stands a value of no meaning, so that the rest is looked at too.
            GraphValue[] inputs = [.. call.Inputs.Select(value => values.GetValueOrDefault(value) ?? input)];
            var context = new ConversionContext(builder, call, Scope(call.Path), inputs);
            try
            {
                values[call.Outputs[0]] = options.Registry.Find(call.Module.GetType())!(call.Module, context);
            }
            catch (OnnxExportException refusal)
            {
                problems.AddRange(refusal.Problems);
            }
        }
        if (problems.Count > 0) return Refused(problems);

        builder.NameOutput(values[recording.Outputs[0]], options.OutputNames[0]);
        var graph = builder.ToProto(options.ModelName ?? model.GetType().Name, options.DocString);
        long size = graph.Initializer.Sum(tensor => (long)tensor.RawData.Length);
        if (size > LargestSize)
            return Refused([new("", model.GetType().FullName!,
                $"its weights take {size:N0} bytes, and one ONNX file holds at most {LargestSize:N0}",
                "Export it in parts")]);
        Dimension? batch = options.DynamicBatch ? recording.Inputs[0].Dimensions[0] : null;
        graph.Input.Add(ModelFormat.ValueInfo(input.Name, recording.Inputs[0], batch, options.BatchDimensionName));
        graph.Output.Add(ModelFormat.ValueInfo(
            options.OutputNames[0], recording.Outputs[0], batch, options.BatchDimensionName));
        return new(ModelFormat.Model(graph, options), Outputs(recording, values, builder), []);
    }

    private static CallOutput[] Outputs(
        Recording recording, Dictionary<RecordedValue, GraphValue> values, GraphBuilder builder)
    {
        var makers = builder.Nodes.SelectMany(node => node.Outputs.Select(output => (output, node)))
            .ToDictionary(entry => entry.output, entry => entry.node);
        return [.. recording.Calls.Select(call => values[call.Outputs[0]]).Zip(recording.Calls, (value, call) =>
            new CallOutput(call, value, makers.GetValueOrDefault(value)?.Name))];
    }

    private static IEnumerable<(string Name, torch.Tensor Tensor)> State(torch.nn.Module model) =>
        model.named_parameters(true).Select(entry => (entry.name, (torch.Tensor)entry.parameter))
            .Concat(model.named_buffers(true).Select(entry => (entry.name, entry.buffer)));

    private static IEnumerable<OnnxExportProblem> UnsupportedState(torch.nn.Module model) =>
        from entry in model.named_parameters(true)
        where entry.parameter.dtype != torch.ScalarType.Float32
        select new OnnxExportProblem("", model.GetType().FullName!,
            $"parameter '{entry.name}' is of {entry.parameter.dtype}, and only Float32 is written",
            "Convert the model first: model.to(ScalarType.Float32)");

    private static string Scope(string path) => path.Length == 0 ? "" : "/" + path.Replace('.', '/');
}

/// <summary>What a recorded call returned, in the graph.</summary>
/// <param name="Call">The call.</param>
/// <param name="Value">The value that it returned.</param>
/// <param name="NodeName">The node that makes it; null where the call passed its input on.</param>
internal sealed record CallOutput(RecordedCall Call, GraphValue Value, string? NodeName);
