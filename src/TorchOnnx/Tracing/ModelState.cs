using System.Reflection;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>
/// Represents the state that a module keeps between forward passes in fields, collections and static fields, such as
/// cached tensors. Each pass starts from the same state, which is restored afterwards.
/// </summary>
internal sealed class ModelState
{
    private readonly torch.nn.Module _module;
    private readonly ForwardCode _code;
    private readonly IReadOnlyList<FieldInfo> _statics;
    private readonly Dictionary<FieldInfo, Action<object?>?> _resets;

    private ModelState(torch.nn.Module module, ForwardCode code, IReadOnlyList<FieldInfo> statics)
    {
        (_module, _code, _statics) = (module, code, statics);
        _resets = code.Filled.Keys.ToDictionary(field => field, InitialValue.Reset);
    }

    /// <summary>
    /// Gets or sets a value that indicates whether traced passes start with the caches of a new module. A used module
    /// then gives the same graph as a new one.
    /// </summary>
    public bool IsReset { get; set; } = true;

    /// <summary>
    /// Gets or sets a value that indicates whether traced passes also start with empty tensors in place of those that
    /// <c>forward</c> replaces and whose first value isn't known, such as the <c>zeros(1)</c> of a constructor.
    /// </summary>
    public bool IsEmptied { get; set; }

    /// <summary>Gets a value that indicates whether <c>forward</c> contains code that changes this state.</summary>
    public bool MayChange => _code.Registers || Fields().Any(_resets.ContainsKey);

    /// <summary>Gets a value that indicates whether <see cref="IsEmptied"/> makes a difference.</summary>
    public bool CanBeEmptied =>
        Fields().Any(entry => _resets.TryGetValue(entry, out var reset) && reset is null);

    private IEnumerable<FieldInfo> Fields() => _statics.Concat(ObjectGraph.Of(_module, Values(_statics))
        .SelectMany(held => ObjectGraph.FieldsOf(held.Value.GetType())));

    public static ModelState Of(torch.nn.Module module)
    {
        var code = ForwardCode.Of(ObjectGraph.Of(module, []).Select(held => held.Value));
        // Static constructors may draw weights.
        using var random = torch.get_rng_state();
        List<FieldInfo> statics = [.. code.Statics.Where(IsInitialized)];
        torch.set_rng_state(random);
        // Static fields may hold further objects.
        if (statics.Count > 0)
        {
            code = ForwardCode.Of(ObjectGraph.Of(module, Values(statics)).Select(held => held.Value));
        }
        return new(module, code, statics);
    }

    // The static constructor of code that never runs may fail.
    private static bool IsInitialized(FieldInfo field)
    {
        try
        {
            field.GetValue(null);
            return true;
        }
        catch (Exception e) when (e is TypeInitializationException or TargetInvocationException)
        {
            return false;
        }
    }

    private static IEnumerable<(string Path, object? Value)> Values(IEnumerable<FieldInfo> statics) =>
        statics.Select(field => ($"{field.DeclaringType!.Name}.{ObjectGraph.NameOf(field)}", field.GetValue(null)));

    /// <summary>Starts a pass. Disposing the pass restores the state.</summary>
    /// <param name="isReset">Indicates whether the caches that <c>forward</c> fills start empty.</param>
    public Pass Enter(bool isReset)
    {
        var objects = ObjectGraph.Of(_module, Values(_statics));
        var pass = new Pass(_module, objects, () => StateCapture.Of(objects, _statics));
        var weights = pass.Weights.Select(entry => entry.Tensor).ToHashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (var held in objects.Where(held => !held.IsForeign))
        {
            foreach (var field in ObjectGraph.FieldsOf(held.Value.GetType()))
            {
                Prepare(field, held.Value, isReset, weights);
            }
        }
        foreach (var field in _statics) Prepare(field, null, isReset, weights);
        foreach (var held in objects) CreateLazy(held.Value);
        return pass;
    }

    // Evaluates a lazy value before the pass, because its function cannot be traced.
    private static void CreateLazy(object value)
    {
        if (value.GetType() is not { IsGenericType: true } type || type.GetGenericTypeDefinition() != typeof(Lazy<>)
            || !ObjectGraph.KnowsTorch(type))
        {
            return;
        }
        try
        {
            type.GetProperty("Value")!.GetValue(value);
        }
        catch (TargetInvocationException)
        {
            // forward gets the same exception if it reads the value.
        }
    }

    private void Prepare(FieldInfo field, object? owner, bool isReset, HashSet<object> weights)
    {
        if (!_resets.TryGetValue(field, out var reset)) return;
        object? value = field.GetValue(owner);
        if (HoldsWeights(value, weights)) return;
        if (isReset && reset is not null)
        {
            reset(owner);
        }
        else if (value is torch.Tensor { IsInvalid: false } tensor && !field.IsInitOnly)
        {
            // forward may dispose the tensor before it replaces it.
            field.SetValue(owner, isReset && IsEmptied ? Empty(tensor) : tensor.alias());
        }
        else if (value is torch.Tensor?[] array && isReset && IsEmptied)
        {
            for (int index = 0; index < array.Length; index++)
            {
                if (array[index] is { IsInvalid: false } element) array[index] = Empty(element);
            }
        }
    }

    // The rank stays, because forward may compare each size.
    private static torch.Tensor Empty(torch.Tensor tensor) => tensor.dim() == 0
        ? tensor.alias()
        : torch.empty(new long[tensor.dim()], tensor.dtype, tensor.device);

    private static bool HoldsWeights(object? value, HashSet<object> weights, int depth = 3) =>
        value is torch.nn.Module || (value is torch.Tensor && weights.Contains(value))
        || (depth > 0 && value is not (null or torch.Tensor or string) && !value.GetType().IsPrimitive
            && ObjectGraph.Children(value).Any(child => HoldsWeights(child.Value, weights, depth - 1)));

    /// <summary>Returns a problem that names a changed field.</summary>
    public OnnxExportProblem Problem(StateChange change, Func<string, string> reason, string remedy)
    {
        var (held, field) = (change.Held, change.Field);
        string name = held is null ? $"{field!.DeclaringType!.Name}.{ObjectGraph.NameOf(field)}"
            : field is null ? held.Path
            : UnregisteredModules.Join(held.Path, ObjectGraph.NameOf(field));
        string path = held?.OwnerPath ?? "";
        if (path.Length > 0 && name.StartsWith(path + ".", StringComparison.Ordinal)) name = name[(path.Length + 1)..];
        var place = _code.Filled.FirstOrDefault(entry => field is null
            ? ObjectGraph.NameOf(entry.Key) == name.Split('.')[^1]
            : entry.Key.Equals(field)).Value;
        return new(path, (held?.Owner ?? _module).GetType().FullName!, reason(name), remedy,
            place.Method is null ? null : DebugSymbols.Find(place.Method, place.Offset));
    }

    /// <summary>Represents one pass, which may change the state until it is disposed.</summary>
    internal sealed class Pass(
        torch.nn.Module module, IReadOnlyList<HeldObject> objects, Func<StateCapture> capture) : IDisposable
    {
        private readonly StateCapture _start = capture();

        /// <summary>Gets the parameters and buffers with their names.</summary>
        public IReadOnlyList<(string Name, torch.Tensor Tensor)> Weights { get; } =
            [.. UnregisteredModules.State([("", module), .. UnregisteredModules.In(objects, module)])];

        /// <summary>Gets all tensors that outlive the pass, with their names.</summary>
        public IEnumerable<(string Name, torch.Tensor Tensor)> Tensors => Weights.Concat(
            from held in objects
            where held.Value is torch.Tensor { IsInvalid: false }
            select (held.Path, (torch.Tensor)held.Value));

        /// <summary>Returns the changes since the pass began.</summary>
        public IReadOnlyList<StateChange> Changes() => _start.Changes();

        /// <summary>Captures the present state of the same objects.</summary>
        public StateCapture Capture() => capture();

        public void Dispose() => _start.Restore();
    }
}
