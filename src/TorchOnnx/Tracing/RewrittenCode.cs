using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace TorchOnnx.Tracing;

/// <summary>
/// Caches the rewritten methods and thunks that traces share. Once it holds <see cref="MaxSites"/> call sites, the next
/// trace starts a new cache, so that a process that keeps loading code can unload it again.
/// </summary>
internal sealed class RewrittenCode
{
    private const int MaxSites = 50_000;

    private static volatile RewrittenCode _shared = new();
    private static int _lastSite;

    private readonly ConcurrentDictionary<MethodBase, Delegate> _copies = [];
    private readonly ConcurrentDictionary<MethodBase, Delegate> _boxed = [];
    private readonly ConcurrentDictionary<(MethodInfo Method, Type Type), DynamicMethod> _entries = [];
    private readonly ConcurrentDictionary<(Type, MethodInfo), MethodInfo> _overrides = [];
    private readonly ConcurrentDictionary<int, CallSite> _sites = [];
    private readonly ConcurrentDictionary<int, NumberSite> _numbers = [];

    /// <summary>Gets the cache for a new trace.</summary>
    public static RewrittenCode Shared => _shared._sites.Count < MaxSites ? _shared : _shared = new();

    /// <summary>Returns the rewritten copy of a method, which takes the instance as its first argument.</summary>
    public Delegate CopyOf(MethodBase method) => _copies.GetOrAdd(method, _ => MethodCopy.Make(method, this));

    /// <summary>Returns the rewritten copy of a structure's method, which takes the boxed structure.</summary>
    public Delegate BoxedCopyOf(MethodBase method) =>
        _boxed.GetOrAdd(method, _ => MethodCopy.Box(CopyOf(method), method.DeclaringType!));

    /// <summary>Returns a thunk that calls a method.</summary>
    public DynamicMethod EntryOf(MethodInfo method) => _entries.GetOrAdd(
        (method, method.DeclaringType!), _ => Thunk.Make(new(null, 0, method, IsVirtual: false), this));

    /// <summary>Returns the override of a virtual method that runs for an instance.</summary>
    public MethodInfo OverrideOf(object instance, MethodInfo method) =>
        _overrides.GetOrAdd((instance.GetType(), method), _ =>
        {
            // The runtime resolves the override when it creates a delegate.
            var type = MethodCopy.DelegateType(
                method.GetParameters().Select(parameter => parameter.ParameterType), method.ReturnType);
            return Delegate.CreateDelegate(type, instance, method).Method;
        });

    /// <summary>Adds a call site and returns the number under which its thunk reports calls.</summary>
    public int Add(CallSite site)
    {
        int number = Interlocked.Increment(ref _lastSite);
        _sites[number] = site;
        return number;
    }

    /// <summary>Adds an instruction and returns the number under which its thunk reports it.</summary>
    public int Add(NumberSite site)
    {
        int number = Interlocked.Increment(ref _lastSite);
        _numbers[number] = site;
        return number;
    }

    /// <summary>Returns an instruction, or <see langword="null"/> if the number belongs to another cache.</summary>
    public NumberSite? FindNumber(int site) => _numbers.GetValueOrDefault(site);

    /// <summary>Returns a call site, or <see langword="null"/> if the number belongs to another cache.</summary>
    public CallSite? Find(int site) => _sites.GetValueOrDefault(site);

    /// <summary>Returns a delegate that calls thunks instead of the methods of the original.</summary>
    public Delegate Wrap(Delegate original)
    {
        Delegate[] parts = original.GetInvocationList();
        Delegate[] wrapped = [.. parts.Select(WrapOne)];
        bool isSame = Enumerable.SequenceEqual(parts, wrapped, ReferenceEqualityComparer.Instance);
        return isSame ? original : Delegate.Combine(wrapped)!;
    }

    private Delegate WrapOne(Delegate original)
    {
        var method = original.Method;
        // A dynamic method is one of our thunks, or has no IL to copy.
        if (method is DynamicMethod || method.GetType().Name == "RTDynamicMethod" || method.DeclaringType is null
            || CodeOrigin.IsFramework(method)
            || (!method.IsStatic && method.DeclaringType.IsValueType))
        {
            return original;
        }

        var thunk = EntryOf(method);
        return original.Target is null
            ? thunk.CreateDelegate(original.GetType())
            : thunk.CreateDelegate(original.GetType(), original.Target);
    }
}
