using TorchOnnx.Shapes;
using TorchOnnx.Tracing;
using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Graph;

/// <summary>Translates a recording to a graph by calling the converters.</summary>
internal sealed class Translation
{
    private readonly Recording _recording;
    private readonly ConverterRegistry _converters;
    private readonly GraphBuilder _builder;
    private readonly Dictionary<RecordedValue, GraphValue> _values = [];
    private readonly List<OnnxExportProblem> _problems = [];

    private Translation(Recording recording, ConverterRegistry converters, GraphBuilder builder) =>
        (_recording, _converters, _builder) = (recording, converters, builder);

    public static ExportResult Translate(ExportRequest request, TraceResult.Traced trace)
    {
        var recording = trace.Recording;
        var names = GraphNames.Of(request.Options, recording);
        var builder = GraphBuilder.Create(
            request.Options.Opset, State(request.Module), names.Inputs.Concat(names.Outputs));
        var translation = new Translation(recording, request.Options.Converters, builder);
        translation.AddUnsupportedState(request.Module);
        try
        {
            if (translation.TryConvertCalls(names))
            {
                return new ExportResult.Exported(
                    request, trace, ModelFormat.Model(builder, request, recording, names), translation.CallOutputs(),
                    translation.Notes(request.Module));
            }
        }
        catch (OnnxExportException e)
        {
            return new ExportResult.Refused(e.Problems);
        }
        return new ExportResult.Refused(translation._problems);
    }

    private bool TryConvertCalls(GraphNames names)
    {
        foreach (var (name, input) in names.Inputs.Zip(_recording.Inputs)) Know(input, new(name));
        foreach (var (index, call) in _recording.Calls.Index())
        {
            AddRefusals(index);
            Convert(call);
        }
        AddRefusals(_recording.Calls.Count);
        if (_problems.Count > 0) return false;
        foreach (var (name, output) in names.Outputs.Zip(_recording.Outputs))
        {
            _builder.NameOutput(Resolve(output, ""), name);
        }
        _builder.DropUnread();
        return true;
    }

    private IReadOnlyList<CallOutput> CallOutputs()
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
        // A constant becomes an initializer when something reads it.
        if (call.Outputs.All(output => output.Constant is not null)) return;
        if (call.Module is not null) AddStateOf(call);
        string scope = call.Path.Length == 0 ? "" : "/" + call.Path.Replace('.', '/');
        var context = new ConversionContext(_builder, call, scope, value => Resolve(value, scope));
        try
        {
            var results = call switch
            {
                { Converter: { } converter } => converter(context),
                { Module: { } module } => _converters.Find(module.GetType())!(module, context),
                _ => _converters.Find(call.Method)?.Invoke(context) ?? throw Unwritten(context, call),
            };
            context.RefuseUnread();
            foreach (var (output, value) in call.Outputs.Zip(results)) Know(output, value);
        }
        catch (OnnxExportException refusal)
        {
            _problems.AddRange(refusal.Problems);
        }
    }

    // The weights of registered modules already have names.
    private void AddStateOf(RecordedCall call)
    {
        var weights = UnregisteredModules.StateOf(call.Module!).ToList();
        if (call.MadeWeights is { } used
            && !used.Zip(weights).All(pair => pair.First.Value.allclose(pair.Second.Tensor, 0, 0, equal_nan: true)))
        {
            _problems.Add(call.Problem(
                $"forward changes the weights of a {call.Name} that it makes, after calling it",
                "Make a module for each set of weights"));
        }
        foreach (var (name, tensor) in weights) _builder.AddState(UnregisteredModules.Join(call.Path, name), tensor);
    }

    private IReadOnlyList<string> Notes(torch.nn.Module root)
    {
        var registered = root.modules().Prepend(root).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. (from call in _recording.Calls
                    where call.Module is not null && !registered.Contains(call.Module)
                    where UnregisteredModules.StateOf(call.Module!).Any()
                    select call.MadeWeights is null
                        ? $"'{call.Path}' ({call.Name}) isn't registered. Its weights are in the file, but state_dict, "
                            + "save, to and eval don't reach them. Register it with RegisterComponents or "
                            + "register_module."
                        : $"'{call.Path}' ({call.Name}) is made in forward. The file has its weights as they were "
                            + "during the export.").Distinct()];
    }

    // A tensor created from numbers needs a converter only if the numbers depend on open sizes.
    private static OnnxExportException Unwritten(ConversionContext context, RecordedCall call) => context.Refuse(
        $"{call.Name} has no converter, and its result changes with the input sizes",
        $"Make the dimension static, or register a converter: converters.AddMethod(…, \"{call.Method.Name}\", …)");

    private void Know(RecordedValue recorded, GraphValue value)
    {
        _values[recorded] = value;
        // A value that a converter passes through already has a shape.
        if (value.Shape is null) _builder.Describe(value, recorded.Dimensions, recorded.Type);
    }

    private GraphValue Resolve(RecordedValue recorded, string scope)
    {
        if (_values.TryGetValue(recorded, out var known)) return known;
        if (recorded.Constant is { } constant) return _values[recorded] = _builder.AddConstant(scope, constant);
        if (recorded.Identity is { } identity && _builder.FindState(identity) is { } state)
        {
            return _values[recorded] = state;
        }
        // After a refused call, a placeholder lets the other converters run and report problems.
        var unknown = new GraphValue("");
        Know(recorded, unknown);
        return unknown;
    }

    private static IEnumerable<(string Name, torch.Tensor Tensor)> State(torch.nn.Module model) =>
        UnregisteredModules.State([("", model), .. UnregisteredModules.Of(model)]);

    private void AddUnsupportedState(torch.nn.Module model) => _problems.AddRange(
        from entry in State(model)
        where entry.Tensor is Parameter && entry.Tensor.dtype != torch.ScalarType.Float32
        select new OnnxExportProblem("", model.GetType().FullName!,
            $"parameter '{entry.Name}' has dtype {entry.Tensor.dtype}, and only Float32 is supported",
            "Convert the module first: model.to(ScalarType.Float32)"));
}
