using TorchOnnx.Operators;
using TorchOnnx.Shapes;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Graph;

/// <summary>Translates a recording to a graph by calling the converters.</summary>
internal sealed class Translation
{
    private readonly Recording _recording;
    private readonly ConverterRegistry _converters;
    private readonly GraphBuilder _builder;
    private readonly TracedValues _values;
    private readonly List<OnnxExportProblem> _problems = [];

    private Translation(Recording recording, ConverterRegistry converters, GraphBuilder builder) =>
        (_recording, _converters, _builder, _values) = (recording, converters, builder, new(builder));

    public static ExportResult Translate(ExportRequest request, TraceResult.Traced trace)
    {
        var recording = trace.Recording;
        var names = GraphNames.Of(request.Options, recording);
        var builder = GraphBuilder.Create(
            request.Options, ExportRequest.Weights(request.Module), names.Inputs.Concat(names.Outputs), trace.Formulas);
        var translation = new Translation(recording, request.Options.Converters, builder);
        translation._problems.AddRange(SupportedTypes.Problems(request.Module, ExportRequest.Weights(request.Module)));
        try
        {
            if (translation.TryConvertCalls(names))
            {
                return new ExportResult.Exported(
                    request, trace, ModelFormat.Model(builder, request, recording, names), translation.CallOutputs(),
                    translation.Notes(request.Module), builder.Sources);
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
        foreach (var (name, input) in names.Inputs.Zip(_recording.Inputs)) _values.Add(input, new(name));
        foreach (var (index, call) in _recording.Calls.Index())
        {
            AddRefusals(index);
            Convert(call);
        }
        AddRefusals(_recording.Calls.Count);
        if (_problems.Count > 0) return false;
        _builder.Call = null;
        foreach (var (name, output) in names.Outputs.Zip(_recording.Outputs))
        {
            if (SupportedTypes.Problem(output) is { } problem)
            {
                _problems.Add(problem);
                return false;
            }
            _builder.NameOutput(_values.Real(output, ""), name);
        }
        _builder.DropUnread();
        _builder.FoldConstants();
        _builder.DropUnread();
        return true;
    }

    private IReadOnlyList<CallOutput> CallOutputs()
    {
        var makers = _builder.Nodes.SelectMany(node => node.Outputs.Select(output => (output, node)))
            .ToDictionary(entry => entry.output, entry => entry.node);
        return [.. from call in _recording.Calls.Index()
                   from output in call.Item.Outputs.Index()
                   let value = _values.Find(output.Item)
                   where value is not null && makers.ContainsKey(value) && !ConversionContext.IsComplex(output.Item)
                   select new CallOutput(call.Item, call.Index, output.Index, value, makers[value].Name)];
    }

    private void AddRefusals(int index) => _problems.AddRange(
        _recording.Refusals.Where(refusal => refusal.CallIndex == index).Select(refusal => refusal.Problem));

    private void Convert(RecordedCall call)
    {
        // A constant becomes an initializer when a node reads it.
        if (call.Outputs.All(output => output.Constant is not null)) return;
        if (call.Module is not null) AddStateOf(call);
        string path = call.Scope.Path;
        string scope = path.Length == 0 ? "" : "/" + path.Replace('.', '/');
        _builder.Call = call;
        var context = new ConversionContext(
            _builder, call, scope, value => _values.Real(value, scope), value => _values.Imaginary(value, scope), []);
        int nodes = _builder.Nodes.Count;
        try
        {
            var results = call.Inputs.Concat(call.Outputs).Any(ConversionContext.IsComplex)
                ? ConvertComplex(call, context)
                : ConvertReal(call, context);
            context.RefuseUnread();
            _problems.AddRange(SupportedTypes.Problems(call, _builder.Nodes.Skip(nodes)));
            _values.Add(call.Outputs, results);
        }
        catch (OnnxExportException refusal)
        {
            _problems.AddRange(refusal.Problems);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var problem = call.Problem(
                $"the converter of {call.Name} failed with {e.GetType().Name}: {e.Message.TrimEnd('.')}",
                "Correct the converter, or register another one");
            _problems.Add(problem with { Exception = e });
        }
    }

    private IReadOnlyList<GraphValue> ConvertReal(RecordedCall call, ConversionContext context) => call switch
    {
        { Converter: { } converter } => converter(context),
        { Module: { } module } => _converters.Find(module.GetType())!(module, context),
        _ => _converters.Find(call.Method)?.Invoke(context) ?? throw Unwritten(context, call),
    };

    private IReadOnlyList<GraphValue> ConvertComplex(RecordedCall call, ConversionContext context)
    {
        if (call.Converter is { } added) return ComplexConverters.ByParts(context, added);
        var converter = call.Module is null ? _converters.FindComplex(call.Method) : null;
        return converter?.Invoke(context) ?? throw context.Refuse(
            $"{call.Name} has no converter for complex tensors",
            "Compute with the real and the imaginary part (x.real, x.imag)");
    }

    // Adds the weights of a module that isn't registered. Weights of registered modules already have names.
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
        string path = call.Scope.Path;
        foreach (var (name, tensor) in weights) _builder.AddState(UnregisteredModules.Join(path, name), tensor);
    }

    private IReadOnlyList<string> Notes(torch.nn.Module root)
    {
        var registered = root.modules().Prepend(root).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. (from call in _recording.Calls
                    where call.Module is not null && !registered.Contains(call.Module)
                    where UnregisteredModules.StateOf(call.Module!).Any()
                    let module = $"'{call.Scope.Path}' ({call.Name})"
                    select call.MadeWeights is null
                        ? $"{module} isn't registered. Its weights are in the file, but state_dict, "
                            + "save, to and eval don't reach them. Register it with RegisterComponents or "
                            + "register_module."
                        : $"{module} is made in forward. The file has its weights as they were during the export.")
                    .Distinct()];
    }

    // A tensor created from numbers needs a converter only if the numbers depend on open sizes.
    private static OnnxExportException Unwritten(ConversionContext context, RecordedCall call) => context.Refuse(
        $"{call.Name} has no converter, and its result changes with the input sizes",
        $"Make the dimension static, or register a converter: converters.AddMethod(…, \"{call.Method.Name}\", …)");
}
