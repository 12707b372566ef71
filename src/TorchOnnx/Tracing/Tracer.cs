using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using TorchOnnx.Graph;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>
/// Runs a rewritten copy of a module's code and decides for each call whether to follow, record or refuse it.
/// </summary>
internal sealed class Tracer
{
    [ThreadStatic]
    private static Tracer? _current;

    private readonly torch.nn.Module _root;
    private readonly Dictionary<torch.nn.Module, string> _paths;
    private readonly ConverterRegistry _converters;
    private readonly CallRecorder _recorder;
    private readonly HiddenWork _hidden;
    private readonly MadeModules _made = new();
    private readonly List<NumberStep> _steps = [];
    private readonly RewrittenCode _code = RewrittenCode.Shared;
    private readonly RepeatedOutcomes? _repeated;
    // The innermost call when an exception was thrown. Calls of finally blocks follow before the exception arrives.
    private readonly ConditionalWeakTable<Exception, TracedCall> _thrownIn = [];
    private TracedCall? _top;
    private bool _packs;

    private Tracer(
        torch.nn.Module root, Dictionary<torch.nn.Module, string> paths, ConverterRegistry converters,
        CallRecorder recorder, RepeatedOutcomes? repeated)
    {
        (_root, _paths, _converters, _recorder, _repeated) = (root, paths, converters, recorder, repeated);
        _hidden = new(recorder);
    }

    /// <summary>Records one forward pass of a module that is in eval mode.</summary>
    /// <param name="model">The module.</param>
    /// <param name="state">The state that the module keeps between passes.</param>
    /// <param name="inputs">The arguments of its <c>forward</c>. In-place layers work on copies of the tensors.</param>
    /// <param name="converters">The converters. A call with a converter is recorded; other calls are followed.</param>
    /// <param name="keepValues">Indicates whether the recording keeps the elements of each call's results.</param>
    /// <param name="keepResults">Indicates whether the recording keeps the elements of the returned tensors.</param>
    /// <param name="repeated">The conditions that repeat the outcomes of another pass.</param>
    public static Recording Record(
        torch.nn.Module model, ModelState state, ModelInputs inputs, ConverterRegistry converters,
        bool keepValues = false, bool keepResults = false, RepeatedOutcomes? repeated = null)
    {
        using var gradients = GradientMode.For(model);
        using var scope = torch.NewDisposeScope();
        using var pass = state.Enter(state.IsReset);
        var paths = new Dictionary<torch.nn.Module, string>(ReferenceEqualityComparer.Instance) { [model] = "" };
        foreach (var (name, module) in model.named_modules()) paths.TryAdd(module, name);
        foreach (var (path, module) in UnregisteredModules.Of(model)) paths.TryAdd(module, path);
        var weights = pass.Weights.Select(entry => TensorIdentity.Of(entry.Tensor)).ToHashSet();
        var tracer = new Tracer(
            model, paths, converters, new(new(weights, pass.Tensors), keepValues, keepResults), repeated);
        return tracer.Run(inputs.With(inputs.Tensors.Select(tensor => tensor.clone()).ToList()));
    }

    /// <summary>Handles the start of a call, before its thunk runs it.</summary>
    public static TracedCall Enter(object?[] arguments, int site)
    {
        var tracer = _current;
        var call = new TracedCall(tracer, tracer?._code.Find(site), arguments);
        call.Tracer?.Begin(call);
        return call;
    }

    /// <summary>Handles the return of a call.</summary>
    public static void Leave(TracedCall call, object? result)
    {
        call.HasReturned = true;
        call.Tracer?.End(call, result);
    }

    /// <summary>Accounts for the tensors that a method created to print others.</summary>
    public static void Printed(long created) => _current?._hidden.Forgive(created);

    /// <summary>Handles the end of a call, after a return or an exception.</summary>
    public static void Exit(TracedCall call)
    {
        if (call.Tracer is not { } tracer) return;
        if (!call.HasReturned && call.Kind != CallKind.Followed)
        {
            tracer._steps.AddRange(NumberCall.ReadFailed(call));
        }
        tracer._top = call.Parent;
    }

    /// <summary>Records an instruction that computes with one number.</summary>
    /// <returns>A value that indicates whether the outcome of a condition must be inverted.</returns>
    public static bool NoteUnary(double operand, double result, int site) =>
        _current?.Note(site, operand, 0, result) ?? false;

    /// <summary>Records an instruction that computes with two numbers.</summary>
    /// <returns>A value that indicates whether the outcome of a condition must be inverted.</returns>
    public static bool NoteBinary(double left, double right, double result, int site) =>
        _current?.Note(site, left, right, result) ?? false;

    private bool Note(int site, double left, double right, double result)
    {
        if (_code.FindNumber(site) is not { } known) return false;
        if (known.Operation == NumberOperation.IsTrue) result = left != 0 ? 1 : 0;
        _steps.Add(new(known, _top, left, right, result));
        return _repeated?.Inverts(known, result != 0) ?? false;
    }

    private Recording Run(ModelInputs inputs)
    {
        var outer = _current;
        _current = this;
        AppDomain.CurrentDomain.FirstChanceException += NoteThrown;
        try
        {
            _recorder.Start(inputs.Tensors);
            _hidden.Reset();
            return _recorder.Finish(Call(inputs)) with { Steps = _steps };
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= NoteThrown;
            _current = outer;
        }
    }

    // An exception that is thrown again keeps its first call.
    private void NoteThrown(object? sender, FirstChanceExceptionEventArgs thrown)
    {
        if (_current == this && _top is { } call) _thrownIn.TryAdd(thrown.Exception, call);
    }

    private object? Call(ModelInputs inputs)
    {
        var method = ModelCall.Find(_root, inputs.Arguments);
        try
        {
            return _code.EntryOf(method).Invoke(null, [_root, .. ModelCall.Complete(method, inputs.Arguments)]);
        }
        catch (TargetInvocationException e) when (e.InnerException is not OutOfMemoryException)
        {
            _recorder.Reject(Failure(e.InnerException!));
            return null;
        }
    }

    private OnnxExportProblem Failure(Exception exception)
    {
        string message = exception.Message.Split('\n')[0].TrimEnd('.', '\r');
        string remedy = exception is InvalidOperationException && message.Contains("empty handle")
            ? "The tensor was disposed before: Sequential, using and dispose scopes dispose tensors. Keep it until its "
                + "last use"
            : "Give an example with a shape and a dtype that the module accepts";
        if (!_thrownIn.TryGetValue(exception, out var call))
        {
            return new("", _root.GetType().FullName!, $"its forward failed: {message}", remedy);
        }
        var tensors = call.Arguments.SelectMany(ArgumentReader.Tensors).Where(tensor => !tensor.IsInvalid).ToList();
        string what = call.Leaf is null && call.Kind == CallKind.Leaf ? call.Name : "its forward";
        string where = tensors.Count == 0 ? "" : $" on an input of shape [{string.Join(", ", tensors[0].shape)}]";
        return call.Problem($"{what} failed{where}: {message}", remedy);
    }

    private void Begin(TracedCall call)
    {
        call.Parent = _top;
        _top = call;
        call.Scope = call.Parent?.Scope ?? new(null, "", _root.GetType());
        _hidden.Check(call);
        if (call.Site.HasThis && call.Arguments[0] is null) return;
        if (call.Site is { IsVirtual: true, Target: MethodInfo method })
        {
            call.Target = _code.OverrideOf(call.Arguments[0]!, method);
        }
        Decide(call);
        if (call.Copy is null) WrapArguments(call);
        NumberCall.Enumerate(call);
        call.CreatedBefore = HiddenWork.Created;
    }

    private void End(TracedCall call, object? result)
    {
        if (CodeOrigin.IsFramework(call.Target) || (call.Site.IsConstruction && CodeOrigin.IsUsers(call.Target)))
        {
            foreach (var step in NumberCall.Read(call, result))
            {
                _steps.Add(step);
                if (step.Site.Operation == NumberOperation.IsTrue)
                {
                    call.IsInverted = _repeated?.Inverts(step.Site, step.Result != 0) ?? false;
                }
            }
        }
        switch (call.Kind)
        {
            case CallKind.Leaf:
                _recorder.Record(call, result);
                _hidden.Reset();
                break;
            case CallKind.Harmless:
                if (result is torch.nn.Module module && !_paths.ContainsKey(module)) Adopt(call, module);
                else _recorder.RecordCreation(call, result);
                _hidden.Reset();
                break;
            default:
                if (call.IsRefused) _recorder.RecordUnknown(result);
                _hidden.Check(call);
                if (call.IsFolded)
                {
                    _recorder.Record(call, result);
                    _hidden.Reset();
                }
                break;
        }
    }

    private void Decide(TracedCall call)
    {
        var target = call.Target;
        if (target.Name == "Dispose" && call.Arguments is [torch.nn.Module made] && _made.Contains(made))
        {
            // The converter reads the module after the pass.
            call.Copy = (Action<object>)(_ => { });
            return;
        }
        if (MatrixProduct.Refuse(call) is { } refused)
        {
            call.Copy = refused;
            return;
        }
        if (FrameworkMethods.Varies(call.Site.Target) && call.Site.Caller is { } caller && CodeOrigin.IsUsers(caller))
        {
            _recorder.Refuse(call,
                $"{MethodNames.Of(call.Site.Target)} gives another value in other runs, and a graph would keep the "
                    + "value of the export",
                "Call it outside the module, and pass the value as an input");
        }
        if (typeof(Delegate).IsAssignableFrom(target.DeclaringType) || CodeOrigin.IsFramework(target)) return;
        if (call.Site.IsConstruction)
        {
            if (CodeOrigin.IsTorch(target) || typeof(torch.nn.Module).IsAssignableFrom(target.DeclaringType))
            {
                call.Kind = CallKind.Harmless;
            }
            return;
        }
        if (call.Site.HasThis && call.Arguments[0] is torch.nn.Module module && target.Name == "forward")
        {
            EnterModule(call, module);
        }
        if (call.Kind == CallKind.Leaf) return;
        if ((_converters.Find(target) ?? _converters.FindComplex(target)) is not null)
        {
            EnumerateSequences(call);
            _recorder.Begin(call);
        }
        else if (CodeOrigin.IsTorch(target))
        {
            DecideTorch(call);
        }
        else
        {
            Follow(call);
        }
    }

    // A module that forward creates has no path, so it is named after its type.
    private void Adopt(TracedCall call, torch.nn.Module module)
    {
        string path = UnregisteredModules.Join(call.Scope.Path, module.GetType().Name);
        _paths[module] = path;
        foreach (var (name, child) in module.named_modules())
        {
            _paths.TryAdd(child, UnregisteredModules.Join(path, name));
        }
        _made.Add(module);
        foreach (var (_, tensor) in UnregisteredModules.StateOf(module)) _recorder.BindMade(tensor);
    }

    private void EnterModule(TracedCall call, torch.nn.Module module)
    {
        if (!_paths.TryGetValue(module, out string? path))
        {
            _paths[module] = path = UnregisteredModules.Join(call.Scope.Path, module.GetType().Name);
            MadeModules.Keep(module);
        }
        // base.forward runs in the call of the derived class.
        if (path != call.Scope.Path) call.Scope = new(call.Scope, path, module.GetType(), call.Line);
        // Its weights may be new ones.
        if (_made.Contains(module)) MadeModules.Keep(module);
        // base.forward of a derived class isn't a call of the registered type.
        if (_converters.Find(module.GetType()) is null || call.Target.DeclaringType is not { } declaring
            || (!call.Site.IsVirtual && _code.OverrideOf(module, (MethodInfo)call.Target).DeclaringType != declaring))
        {
            return;
        }

        call.Leaf = module;
        if (_made.Contains(module)) call.MadeWeights = MadeModules.Copy(module);
        if (module.training && TorchMethods.DependsOnMode(module))
        {
            _recorder.Refuse(call,
                "it is in training mode when it is called",
                "Register it (RegisterComponents) so that eval() reaches it, and don't change the mode in forward");
        }
        _recorder.Begin(call);
    }

    private void DecideTorch(TracedCall call)
    {
        var target = call.Target;
        EnumerateSequences(call);
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
        else if (!hasTensors
            && !call.Arguments.Any(argument => argument is Delegate)
            && target.Name is not ("forward" or "call"))
        {
            // A native function takes handles, so it may use tensors that the tracer cannot see.
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
            call.Copy = call.Site.IsOnObject && call.Target is { IsStatic: false, DeclaringType.IsValueType: true }
                ? _code.BoxedCopyOf(call.Target)
                : _code.CopyOf(call.Target);
            call.Kind = CallKind.Followed;
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException or BadImageFormatException)
        {
            _recorder.Refuse(call,
                $"{call.Name} cannot be traced: {e.Message.TrimEnd('.')}",
                "Register a converter for it, or rewrite the method");
        }
    }

    // Names the outermost TorchSharp method, because that is the call in the user's code.
    private void RefuseNative(TracedCall call)
    {
        call.Kind = CallKind.Harmless;
        var operation = call;
        for (var outer = call.Parent;
            outer is not null && CodeOrigin.IsTorch(outer.Target)
                && (outer.Target.Name != "call" || !CodeOrigin.HasBody(operation.Target));
            outer = outer.Parent)
        {
            operation = outer;
        }
        if (operation.Target.Name is not ("forward" or "call") && (operation.IsFolded || _recorder.TryFold(operation)))
        {
            return;
        }
        operation.IsRefused = true;
        // The call that made the packed sequence is refused. Calls that use it aren't reported again.
        if (_packs && operation.Arguments.Any(argument => argument is torch.nn.utils.rnn.PackedSequence)) return;
        if (TorchMethods.IsPacking(operation.Target))
        {
            _packs = true;
            _recorder.Refuse(operation, $"{operation.Name} makes a packed sequence, which a graph doesn't have",
                "Run the recurrent layer on the padded tensor and mask its result by the lengths. Take the last state "
                    + "with gather(lengths - 1). For the backward direction, reverse each sequence with gather first");
        }
        else if (operation.Target.Name == "forward")
        {
            _recorder.Refuse(operation, "the module has no converter",
                "Build it from supported modules and operations, or register a converter: "
                    + $"converters.Add<{operation.Scope.TypeName.Split('.')[^1]}>(…)");
        }
        else
        {
            _recorder.Refuse(operation, $"{operation.Name} has no converter",
                "Use another operation, or register a converter: "
                    + $"converters.AddMethod(…, \"{operation.Target.Name}\", …)");
        }
    }

    // Enumerates lazy sequences before the call, so that their code runs only once.
    private void EnumerateSequences(TracedCall call)
    {
        for (int index = 0; index < call.Arguments.Length; index++)
        {
            if (TracedSequence.Wrap(call.Arguments[index], _code) is
                IEnumerable<torch.Tensor> tensors and not System.Collections.ICollection)
            {
                call.Arguments[index] = tensors.ToList();
            }
        }
    }

    private void WrapArguments(TracedCall call)
    {
        for (int index = 0; index < call.Arguments.Length; index++)
        {
            call.Arguments[index] = call.Arguments[index] is Delegate wrapped
                ? _code.Wrap(wrapped)
                : TracedSequence.Wrap(call.Arguments[index], _code);
        }
    }
}
