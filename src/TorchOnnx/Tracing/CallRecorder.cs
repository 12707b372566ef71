using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Records calls with their arguments and results.</summary>
internal sealed class CallRecorder
{
    // Larger results stay calls, which ONNX Runtime folds when it loads the file. A folded result takes memory in every
    // pass.
    private const long MostFoldedBytes = 1 << 20;

    private readonly TensorTracker _tracker;
    private readonly bool _keepValues, _keepResults;
    private readonly ArgumentReader _reader;
    private readonly List<RecordedValue> _inputs = [];
    private readonly List<RecordedCall> _calls = [];
    private readonly List<(int CallIndex, OnnxExportProblem Problem)> _refusals = [];
    private readonly List<(torch.Tensor State, torch.Tensor Before)> _changedState = [];
    private TracedCall? _reading;
    private bool _rejected;

    public CallRecorder(TensorTracker tracker, bool keepValues, bool keepResults)
    {
        (_tracker, _keepValues, _keepResults) = (tracker, keepValues, keepResults);
        _reader = new(Use);
    }

    public void Start(IEnumerable<torch.Tensor> inputs)
    {
        foreach (var tensor in inputs)
        {
            var value = new RecordedValue(tensor) { Origin = ValueOrigin.Input };
            _inputs.Add(value);
            _tracker.Bind(tensor, value);
        }
    }

    public Recording Finish(object? result)
    {
        // Restores in reverse order, so that the oldest values remain.
        using (torch.no_grad())
        {
            foreach (var (state, before) in Enumerable.Reverse(_changedState)) state.copy_(before);
        }
        var tensors = ModelInputs.FlattenAll(result)
            .Where(tensor => !tensor.IsInvalid || _tracker.Knows(tensor)).ToList();
        if (tensors.Count == 0 && _refusals.Count == 0)
        {
            Refuse(new("", "model", $"it returns {result?.GetType().Name ?? "null"}, which contains no tensor",
                "Return the tensors that the graph should output"));
        }
        return new(_inputs, [.. tensors.Select(Use)], _calls, _refusals)
        {
            IsOnlyRejected = _rejected && _refusals.Count == 1,
            Results = _keepResults && _refusals.Count == 0 ? [.. tensors.Select(TensorCopy.TryToManaged)] : [],
        };
    }

    /// <summary>Reads the arguments of a call before it can change them.</summary>
    public void Begin(TracedCall call)
    {
        call.Kind = CallKind.Leaf;
        _reading = call;
        call.Recorded = _reader.Read(call.Site, call.Target, call.Arguments);
        if (call.Leaf is { } module && TorchMethods.IsLoss(module.GetType()))
        {
            call.Recorded = [.. call.Recorded, .. _reader.ReadProperties(module)];
        }
        if (Changed(call) is { } changed && (TorchMethods.ChangesLayout(call.Target)
            ? (Use(changed).Origin == ValueOrigin.Outside, null)
            : (_tracker.IsOutside(changed), _tracker.HolderOf(changed))) is var (isOutside, name)
            && (isOutside || name is not null))
        {
            _changedState.Add((changed.alias().DetachFromDisposeScope(), TensorTracker.Copy(changed)));
            Refuse(call,
                $"{call.Name} changes {(name is null ? "a tensor" : $"'{name}'")}, which outlives the forward pass, "
                    + "and a graph keeps no state between runs",
                "Change a copy (clone()), or pass the state in and return it");
        }
        _reading = null;
    }

    /// <summary>
    /// Reads the arguments of a call that has no converter. If they are weights or constants, the call is replaced by
    /// its results.
    /// </summary>
    /// <returns><see langword="false"/> if the results depend on inputs, or if the call changes a tensor.</returns>
    public bool TryFold(TracedCall call)
    {
        var arguments = _reader.Read(call.Site, call.Target, call.Arguments);
        var values = arguments.SelectMany(argument => argument.Values).ToList();
        if (values.Count == 0 || !values.TrueForAll(IsFixed) || Changed(call) is not null) return false;
        call.Recorded = arguments;
        return call.IsFolded = true;
    }

    /// <summary>Records a call that has returned.</summary>
    public void Record(TracedCall call, object? result)
    {
        var changed = Changed(call);
        List<torch.Tensor> tensors = [.. ModelInputs.Flatten(result)];
        if (tensors.Count == 0 && changed is not null) tensors = [changed];
        List<RecordedValue> inputs = [.. call.Recorded.SelectMany(argument => argument.Values)];
        bool isConstant = call.IsFolded || inputs.TrueForAll(value => value.Constant is not null);
        long mostBytes = isConstant ? long.MaxValue : FoldedBytes(call, inputs);
        bool isOfWeights = isConstant || mostBytes >= 0;
        RecordedValue[] outputs =
        [
            .. tensors.Select(tensor =>
                Output(tensor, tensor.numel() * tensor.element_size() <= mostBytes, isOfWeights)),
        ];
        var recorded = new RecordedCall
        {
            Module = call.Leaf,
            MadeWeights = call.MadeWeights,
            Method = call.Target,
            Scope = call.Scope,
            Line = call.Line,
            Arguments = call.Recorded,
            Outputs = outputs,
        };
        _calls.Add(recorded);
        if (changed is not null && outputs.Length > 0 && !TorchMethods.ChangesLayout(call.Target))
        {
            _tracker.Overwrite(changed, outputs[0], call);
            if (!ReferenceEquals(tensors[0], changed)) _tracker.BindAlias(tensors[0], changed);
            return;
        }
        List<torch.Tensor> sources = [.. call.Arguments.SelectMany(ArgumentReader.Tensors)];
        foreach (var (index, tensor) in tensors.Index()) _tracker.BindResult(tensor, recorded, index, sources);
    }

    /// <summary>Records a call if TorchSharp created its result from plain numbers.</summary>
    public void RecordCreation(TracedCall call, object? result)
    {
        if (HiddenWork.Created == call.CreatedBefore || call.Site.IsConstruction) return;
        bool isNew = ModelInputs.Flatten(result).Any(tensor => !_tracker.Knows(tensor) && !_tracker.IsState(tensor));
        if (!isNew) return;
        if (call.Recorded.Count == 0) call.Recorded = _reader.Read(call.Site, call.Target, call.Arguments);
        Record(call, result);
    }

    /// <summary>Binds a weight of a module that the forward pass creates. The forward pass may overwrite it.</summary>
    public void BindMade(torch.Tensor tensor) => _tracker.Bind(tensor, new(tensor)
    {
        Origin = ValueOrigin.Made,
        Constant = TensorTracker.Copy(tensor),
    });

    /// <summary>Binds the results of a refused call, so that tracing can continue.</summary>
    public void RecordUnknown(object? result)
    {
        foreach (var tensor in ModelInputs.Flatten(result))
        {
            _tracker.Bind(tensor, Output(tensor, isConstant: false, isOfWeights: false));
        }
    }

    /// <summary>
    /// Refuses a call that reads elements of a tensor, unless the elements are the same for all inputs.
    /// </summary>
    public void RefuseReading(TracedCall call)
    {
        var values = call.Arguments.SelectMany(ArgumentReader.Tensors).Select(Use).ToList();
        if (values.All(IsFixed)) return;
        Refuse(call,
            $"{call.Name} converts elements of a tensor that depends on the inputs to C# values, which would stay at "
                + "the example's values",
            "Compute with tensors (such as torch.where instead of if), or pass the value as an input");
    }

    /// <summary>Records that <c>forward</c> threw an exception.</summary>
    public void Reject(OnnxExportProblem problem)
    {
        _rejected = true;
        Refuse(problem);
    }

    public void Refuse(TracedCall call, string reason, string remedy) => Refuse(call.Problem(reason, remedy));

    private void Refuse(OnnxExportProblem problem)
    {
        if (_refusals.All(refusal => refusal.Problem != problem)) _refusals.Add((_calls.Count, problem));
    }

    // Returns the largest size in bytes at which the values of a result replace the call, or −1. The result must depend
    // on weights alone and not enlarge the file. The graph of an inverse needs nodes for each column, so the results of
    // torch.linalg have no other limit.
    private static long FoldedBytes(TracedCall call, IReadOnlyList<RecordedValue> inputs)
    {
        if (!CodeOrigin.IsTorch(call.Target) || !inputs.All(IsFixed)) return -1;
        long bytes = inputs.Sum(value => value.Bytes);
        return call.Target.DeclaringType == typeof(torch.linalg) ? bytes : Math.Min(MostFoldedBytes, bytes);
    }

    private static bool IsFixed(RecordedValue value) =>
        value.Constant is not null || value.IsOfWeights || value.Origin == ValueOrigin.Outside;

    private RecordedValue Output(torch.Tensor tensor, bool isConstant, bool isOfWeights) => new(tensor)
    {
        Origin = ValueOrigin.Call,
        IsOfWeights = isOfWeights,
        Constant = isConstant ? TensorTracker.Copy(tensor) : null,
        Snapshot = _keepValues ? TensorCopy.TryToManaged(tensor) : null,
    };

    private RecordedValue Use(torch.Tensor tensor)
    {
        var value = _tracker.Use(tensor, _calls, out var overwritten);
        if (overwritten is not null)
        {
            Refuse(_reading ?? overwritten,
                $"{_reading?.Name ?? "the result"} uses a tensor that shares memory with a tensor that "
                    + $"{overwritten.Name} changed in place"
                    + (overwritten.Line is { } line ? $" ({line})" : ""),
                "Take the view after the change, or change a copy (clone())");
        }
        return value;
    }

    private static torch.Tensor? Changed(TracedCall call)
    {
        bool isChanging = call.Leaf is { } module
            ? module.GetType().GetProperty("inplace")?.GetValue(module) is true
            : TorchMethods.ChangesItsTensor(
                call.Target, call.Recorded.Any(argument => argument is { Name: "inplace", Value: true }));
        return isChanging ? call.Arguments.SelectMany(ArgumentReader.Tensors).FirstOrDefault() : null;
    }
}
