using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Graph;

/// <summary>Turns a recording into a graph, or lists why that cannot be done.</summary>
internal sealed class Translation
{
    private readonly Recording _recording;
    private readonly OnnxExportOptions _options;
    private readonly GraphBuilder _builder;
    private readonly Dictionary<RecordedValue, GraphValue> _values = [];
    private readonly List<OnnxExportProblem> _problems;

    public Translation(torch.nn.Module model, Recording recording, GraphNames names, OnnxExportOptions options)
    {
        (_recording, _options) = (recording, options);
        _problems = [.. UnsupportedState(model)];
        _builder = new(options.Opset, State(model), names.Inputs.Concat(names.Outputs));
        foreach (var (name, input) in names.Inputs.Zip(recording.Inputs)) Know(input, new(name));
        foreach (var (index, call) in recording.Calls.Index())
        {
            AddRefusals(index);
            Convert(call);
        }
        AddRefusals(recording.Calls.Count);
        if (_problems.Count > 0) return;
        foreach (var (name, output) in names.Outputs.Zip(recording.Outputs)) _builder.NameOutput(Resolve(output, ""), name);
        _builder.DropUnread();
    }

    /// <summary>Why the recording cannot be written; empty when it can.</summary>
    public IReadOnlyList<OnnxExportProblem> Problems => _problems;

    /// <summary>The graph; meaningless where there are problems.</summary>
    public GraphBuilder Graph => _builder;

    /// <summary>For each recorded tensor that a node of the graph makes, that node, in the order of the forward pass.</summary>
    public IReadOnlyList<CallOutput> CallOutputs()
    {
        var makers = _builder.Nodes.SelectMany(node => node.Outputs.Select(output => (output, node)))
            .ToDictionary(entry => entry.output, entry => entry.node);
        return [.. from call in _recording.Calls.Index()
                   from output in call.Item.Outputs.Index()
                   let value = _values.GetValueOrDefault(output.Item)
                   where value is not null && makers.ContainsKey(value)
                   select new CallOutput(call.Item, call.Index, output.Index, value, makers[value].Name)];
    }

    private void AddRefusals(int index) => _problems.AddRange(
        _recording.Refusals.Where(refusal => refusal.CallIndex == index).Select(refusal => refusal.Problem));

    private void Convert(RecordedCall call)
    {
        // What depends on nothing is an initializer, and only if something reads it.
        if (call.Outputs.All(output => output.Constant is not null)) return;
        string scope = call.Path.Length == 0 ? "" : "/" + call.Path.Replace('.', '/');
        var context = new ConversionContext(_builder, call, scope, value => Resolve(value, scope));
        try
        {
            var results = call.Module is { } module
                ? _options.Converters.Find(module.GetType())!(module, context)
                : _options.Converters.Find(call.Method)?.Invoke(context) ?? throw Unwritten(context, call);
            context.RefuseUnread();
            foreach (var (output, value) in call.Outputs.Zip(results)) Know(output, value);
        }
        catch (OnnxExportException refusal)
        {
            _problems.AddRange(refusal.Problems);
        }
    }

    // Tensors made of numbers need a converter only where the numbers move.
    private static OnnxExportException Unwritten(ConversionContext context, RecordedCall call) => context.Refuse(
        $"no converter writes {call.Name}, whose result moves with the sizes of the inputs",
        $"Make the dimension static, or register a converter: registry.AddMethod(…, \"{call.Method.Name}\", …)");

    private void Know(RecordedValue recorded, GraphValue value)
    {
        _values[recorded] = value;
        // A value that a converter passes on keeps the description that it has.
        if (value.Shape is null) _builder.Describe(value, recorded.Dimensions, recorded.Type);
    }

    private GraphValue Resolve(RecordedValue recorded, string scope)
    {
        if (_values.TryGetValue(recorded, out var known)) return known;
        if (recorded.Identity is { } identity && _builder.FindState(identity) is { } state) return _values[recorded] = state;
        if (recorded.Constant is { } constant) return _values[recorded] = _builder.AddConstant(scope, constant);
        // Behind a refused call stands a value of no meaning, so that the rest is looked at too.
        var unknown = new GraphValue("");
        Know(recorded, unknown);
        return unknown;
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
}

/// <summary>A tensor that a recorded call returned, in the graph.</summary>
/// <param name="Call">The call.</param>
/// <param name="CallIndex">Which call of the recording.</param>
/// <param name="OutputIndex">Which tensor of the call.</param>
/// <param name="Value">The value in the graph.</param>
/// <param name="NodeName">The node that makes it.</param>
internal sealed record CallOutput(RecordedCall Call, int CallIndex, int OutputIndex, GraphValue Value, string NodeName);
