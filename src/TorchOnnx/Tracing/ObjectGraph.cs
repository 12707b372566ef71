using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Represents an object that a module holds.</summary>
/// <param name="path">The path from the root, such as "layers.0" for an element of a list.</param>
/// <param name="value">The object.</param>
/// <param name="owner">The nearest module that holds it; for a module, itself.</param>
/// <param name="ownerPath">The path of <paramref name="owner"/>.</param>
/// <param name="isForeign">
/// Indicates whether code that doesn't know TorchSharp holds it, such as a logger.
/// </param>
internal sealed class HeldObject(
    string path, object value, torch.nn.Module owner, string ownerPath, bool isForeign = false)
{
    public string Path { get; } = path;

    public object Value { get; } = value;

    public torch.nn.Module Owner { get; } = owner;

    public string OwnerPath { get; } = ownerPath;

    public bool IsForeign { get; } = isForeign;
}

/// <summary>
/// Walks the objects that a module holds: in fields, properties, collections, records and closures, and in the static
/// fields of modules.
/// </summary>
internal sealed class ObjectGraph
{
    private const int LongestCollection = 10_000;
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly ConditionalWeakTable<Assembly, StrongBox<bool>> Knowing = [];

    private readonly List<HeldObject> _found = [];
    private readonly HashSet<object> _visited = new(ReferenceEqualityComparer.Instance);
    private torch.nn.Module _owner;
    private string _ownerPath = "";
    private bool _isForeign;

    private ObjectGraph(torch.nn.Module root) => _owner = root;

    /// <summary>
    /// Returns each object once: first the registered modules and the objects that they hold, then other objects.
    /// </summary>
    /// <param name="root">The module.</param>
    /// <param name="others">Other objects that also count, with their paths.</param>
    public static IReadOnlyList<HeldObject> Of(
        torch.nn.Module root, IEnumerable<(string Path, object? Value)> others)
    {
        var graph = new ObjectGraph(root);
        // Registered modules keep the paths of their registration.
        List<(string Path, torch.nn.Module Module)> registered = [("", root), .. root.named_modules()];
        graph._visited.UnionWith(registered.Select(entry => entry.Module));
        foreach (var (path, module) in registered.DistinctBy(entry => entry.Module)) graph.Add(module, path);
        (graph._owner, graph._ownerPath) = (root, "");
        foreach (var (path, value) in others) graph.Visit(value, path);
        return graph._found;
    }

    /// <summary>
    /// Returns the instance fields of a type and its base types, except the fields of types of TorchSharp and .NET.
    /// </summary>
    public static IEnumerable<FieldInfo> FieldsOf(Type? type)
    {
        for (; type is not null && CodeOrigin.IsUsers(type); type = type.BaseType)
        {
            foreach (var field in type.GetFields(Declared))
            {
                if (!field.FieldType.IsPointer && !field.FieldType.IsFunctionPointer && !field.FieldType.IsByRef)
                {
                    yield return field;
                }
            }
        }
    }

    // The compiler names the field of a property "<Name>k__BackingField" and of a captured parameter "<name>P".
    public static string NameOf(FieldInfo field) => field.Name.StartsWith('<')
        ? field.Name[1..field.Name.IndexOf('>')]
        : field.Name.StartsWith("CS$<>", StringComparison.Ordinal) ? "" : field.Name;

    private void Visit(object? value, string path)
    {
        if (value is null or string || !_visited.Add(value)) return;
        if (value is torch.nn.Module module)
        {
            var outer = (_owner, _ownerPath, _isForeign);
            _isForeign = false;
            Add(module, path);
            foreach (var (name, child) in module.named_modules())
            {
                if (_visited.Add(child)) Add(child, UnregisteredModules.Join(path, name));
            }
            (_owner, _ownerPath, _isForeign) = outer;
            return;
        }
        bool isForeign = _isForeign;
        _isForeign |= CodeOrigin.IsUsers(value.GetType()) && !KnowsTorch(value.GetType());
        _found.Add(new(path, value, _owner, _ownerPath, _isForeign));
        foreach (var (name, child) in Children(value)) Visit(child, UnregisteredModules.Join(path, name));
        _isForeign = isForeign;
    }

    private void Add(torch.nn.Module module, string path)
    {
        (_owner, _ownerPath) = (module, path);
        _found.Add(new(path, module, module, path));
        foreach (var (name, child) in Fields(module)) Visit(child, UnregisteredModules.Join(path, name));
    }

    /// <summary>Returns the objects that an object holds directly.</summary>
    public static IEnumerable<(string Name, object? Value)> Children(object value) => value switch
    {
        torch.Tensor => [],
        Delegate function => [("", function.Target)],
        IDictionary { Count: < LongestCollection } map when MayHoldObjects(map.GetType()) =>
            [.. map.Keys.Cast<object>().Select(key => ($"{key}", map[key]))],
        ITuple tuple => Enumerable.Range(0, tuple.Length).Select(index => ($"{index}", tuple[index])),
        ICollection { Count: < LongestCollection } collection when MayHoldObjects(collection.GetType()) =>
            collection.Cast<object?>().Index().Select(item => ($"{item.Index}", item.Item)),
        _ when IsCreatedLazy(value) => [("", value.GetType().GetProperty("Value")!.GetValue(value))],
        _ => Fields(value),
    };

    // TorchSharp's own types register their modules.
    private static IEnumerable<(string Name, object? Value)> Fields(object owner)
    {
        var fields = FieldsOf(owner.GetType());
        if (owner is torch.nn.Module) fields = fields.Concat(StaticsOf(owner.GetType()));
        return fields.Where(field => !field.FieldType.IsPrimitive)
            .Select(field => (NameOf(field), field.GetValue(field.IsStatic ? null : owner)));
    }

    private static IEnumerable<FieldInfo> StaticsOf(Type? type)
    {
        for (; type is not null && CodeOrigin.IsUsers(type); type = type.BaseType)
        {
            foreach (var field in type.GetFields(Declared & ~BindingFlags.Instance | BindingFlags.Static))
            {
                yield return field;
            }
        }
    }

    /// <summary>Returns a value that indicates whether code of a type may hold tensors.</summary>
    public static bool KnowsTorch(Type type) =>
        Knowing.GetValue(type.Assembly, assembly => new(assembly.GetReferencedAssemblies().Any(
            reference => reference.Name == typeof(torch).Assembly.GetName().Name))).Value
        || type.GetGenericArguments().Any(argument => CodeOrigin.IsTorch(argument) || KnowsTorch(argument));

    private static bool MayHoldObjects(Type collection) =>
        (collection.GetElementType() ?? collection.GetGenericArguments().LastOrDefault()) is not { IsPrimitive: true };

    private static bool IsCreatedLazy(object value) => value.GetType() is { IsGenericType: true } type
        && type.GetGenericTypeDefinition() == typeof(Lazy<>)
        && type.GetProperty("IsValueCreated")!.GetValue(value) is true;
}
