using System.Reflection;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Decides call by call what is followed, what is recorded and what is refused.</summary>
internal sealed class Tracer
{
    [ThreadStatic]
    private static Tracer? _current;

    private readonly torch.nn.Module _root;
    private readonly Dictionary<torch.nn.Module, string> _paths = new(ReferenceEqualityComparer.Instance);
    private readonly ConverterRegistry _registry;
    private readonly CallRecorder _recorder;
    private readonly HiddenWork _hidden;
    private TracedCall? _top;
    private TracedCall? _failed;

    public Tracer(torch.nn.Module root, TensorTracker tracker, ConverterRegistry registry, ValuesKept kept)
    {
        (_root, _registry) = (root, registry);
        _paths[root] = "";
        foreach (var (name, module) in root.named_modules()) _paths.TryAdd(module, name);
        _recorder = new(tracker, kept);
        _hidden = new(_recorder);
    }

    public Recording Run(ModelInputs inputs)
    {
        var outer = _current;
        _current = this;
        try
        {
            _recorder.Start(inputs.Tensors);
            _hidden.Start();
            return _recorder.Finish(Call(inputs));
        }
        finally
        {
            _current = outer;
        }
    }

    /// <summary>A thunk is about to run its call.</summary>
    public static TracedCall Enter(object?[] arguments, int site)
    {
        var call = new TracedCall(Thunk.Site(site), arguments);
        _current?.Begin(call);
        return call;
    }

    /// <summary>The call of a thunk has returned.</summary>
    public static void Leave(TracedCall call, object? result)
    {
        call.HasReturned = true;
        _current?.End(call, result);
    }

    /// <summary>The call of a thunk is over, be it by an exception.</summary>
    public static void Exit(TracedCall call)
    {
        if (_current is not { } tracer) return;
        if (!call.HasReturned) tracer._failed ??= call;
        tracer._top = call.Parent;
    }

    private object? Call(ModelInputs inputs)
    {
        var method = ModelCall.Find(_root, inputs.Arguments);
        try
        {
            return Thunk.ForDelegate(method).Invoke(null, [_root, .. ModelCall.Complete(method, inputs.Arguments)]);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not OutOfMemoryException)
        {
            _recorder.Reject(Failure(exception.InnerException!));
            return null;
        }
    }

    private OnnxExportProblem Failure(Exception exception)
    {
        string message = exception.Message.Split('\n')[0].TrimEnd('.', '\r');
        const string remedy = "Give an example with a shape that the module accepts";
        if (_failed is not { } call) return new("", _root.GetType().FullName!, $"its forward failed: {message}", remedy);
        var tensors = call.Arguments.SelectMany(ArgumentReader.Tensors).Where(tensor => !tensor.IsInvalid).ToList();
        string what = call.Leaf is null && call.Kind == CallKind.Leaf ? call.Name : "its forward";
        string where = tensors.Count == 0 ? "" : $" on an input of shape [{string.Join(", ", tensors[0].shape)}]";
        return call.Problem($"{what} failed{where}: {message}", remedy);
    }

    private void Begin(TracedCall call)
    {
        _failed = null;
        call.Parent = _top;
        _top = call;
        (call.Path, call.ModuleType) = (call.Parent?.Path ?? "", call.Parent?.ModuleType ?? _root.GetType().FullName!);
        _hidden.Check(call);
        if (call.Site.HasThis && call.Arguments[0] is null) return;
        if (call.Site is { IsVirtual: true, Target: MethodInfo method })
            call.Target = Overrides.Find(call.Arguments[0]!, method);
        Decide(call);
        if (call.Copy is null) WrapDelegates(call);
        call.CreatedBefore = HiddenWork.Created;
    }

    private void End(TracedCall call, object? result)
    {
        switch (call.Kind)
        {
            case CallKind.Leaf:
                _recorder.Record(call, result);
                _hidden.Start();
                break;
            case CallKind.Harmless:
                _recorder.RecordCreation(call, result);
                _hidden.Start();
                break;
            default:
                if (call.IsRefused) _recorder.RecordUnknown(result);
                _hidden.Check(call);
                break;
        }
    }

    private void Decide(TracedCall call)
    {
        var target = call.Target;
        if (typeof(Delegate).IsAssignableFrom(target.DeclaringType) || CodeOrigin.IsFramework(target)) return;
        if (call.Site.IsConstruction)
        {
            if (CodeOrigin.IsTorch(target)) call.Kind = CallKind.Harmless;
            return;
        }
        if (call.Site.HasThis && call.Arguments[0] is torch.nn.Module module && target.Name == "forward") EnterModule(call, module);
        if (call.Kind == CallKind.Leaf) return;
        if (_registry.Find(target) is not null)
        {
            RunThroughSequences(call);
            _recorder.Begin(call);
        }
        else if (CodeOrigin.IsTorch(target)) DecideTorch(call);
        else Follow(call);
    }

    private void EnterModule(TracedCall call, torch.nn.Module module)
    {
        call.ModuleType = module.GetType().FullName!;
        if (_paths.TryGetValue(module, out string? path)) call.Path = path;
        // base.forward of a derived class is no call of the registered type.
        if (_registry.Find(module.GetType()) is null || call.Target.DeclaringType is not { } declaring
            || (!call.Site.IsVirtual && Overrides.Find(module, (MethodInfo)call.Target).DeclaringType != declaring)) return;
        call.Leaf = module;
        if (module.training && TorchMethods.DependsOnMode(module))
            _recorder.Refuse(call,
                "it is in training mode when it is called",
                "Register it (RegisterComponents) so that eval() reaches it, and do not switch the mode in a forward");
        _recorder.Begin(call);
    }

    private void DecideTorch(TracedCall call)
    {
        var target = call.Target;
        RunThroughSequences(call);
        bool hasTensors = call.Arguments.Any(argument => ArgumentReader.Tensors(argument).Any());
        if (TorchMethods.IsMeta(target))
        {
            call.Kind = CallKind.Harmless;
        }
        else if (hasTensors && TorchMethods.ReadsElements(target))
        {
            call.Kind = CallKind.Harmless;
            _recorder.RefuseReading(call);
        }
        else if (!hasTensors && !call.Arguments.Any(argument => argument is Delegate) && target.Name is not ("forward" or "call"))
        {
            // A native function that gets handles looks into tensors that nobody sees any more.
            if (CodeOrigin.HasBody(target)) call.Kind = CallKind.Harmless;
            else RefuseNative(call);
        }
        else if (CodeOrigin.HasBody(target))
        {
            Follow(call);
        }
        else
        {
            RefuseNative(call);
        }
    }

    private void Follow(TracedCall call)
    {
        if (!CodeOrigin.HasBody(call.Target)) return;
        try
        {
            call.Copy = MethodCopy.Of(call.Target);
            call.Kind = CallKind.Followed;
        }
        catch (Exception exception) when (exception is NotSupportedException or ArgumentException or BadImageFormatException)
        {
            _recorder.Refuse(call,
                $"{call.Name} cannot be followed: {exception.Message.TrimEnd('.')}",
                $"Register a converter for it, or write it without that");
        }
    }

    // The outermost method of TorchSharp is the one that the user knows.
    private void RefuseNative(TracedCall call)
    {
        call.Kind = CallKind.Harmless;
        var operation = call;
        for (var outer = call.Parent; outer is not null && CodeOrigin.IsTorch(outer.Target) && outer.Target.Name != "call"; outer = outer.Parent)
            operation = outer;
        operation.IsRefused = true;
        if (operation.Target.Name == "forward")
            _recorder.Refuse(operation, "no converter writes this module as ONNX",
                "Build it from known modules and operations, or register a converter: "
                    + $"registry.Add<{operation.ModuleType.Split('.')[^1]}>(…)");
        else
            _recorder.Refuse(operation, $"no converter writes {operation.Name} as ONNX",
                $"Use another operation, or register a converter: registry.AddMethod(…, \"{operation.Target.Name}\", …)");
    }

    // A sequence does its work when it is run through, and must do it once.
    private static void RunThroughSequences(TracedCall call)
    {
        for (int index = 0; index < call.Arguments.Length; index++)
            if (call.Arguments[index] is IEnumerable<torch.Tensor> tensors and not System.Collections.ICollection)
                call.Arguments[index] = tensors.ToList();
    }

    private static void WrapDelegates(TracedCall call)
    {
        for (int index = 0; index < call.Arguments.Length; index++)
            if (call.Arguments[index] is Delegate wrapped) call.Arguments[index] = DelegateWrapper.Wrap(wrapped);
    }
}
