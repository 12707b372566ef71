using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>
/// Finds modules that a module holds without registering them: in fields, properties, collections, records and
/// closures, and in the static fields of modules.
/// </summary>
internal sealed class UnregisteredModules
{
    private const int LongestCollection = 10_000;

    private readonly List<(string Path, torch.nn.Module Module)> _found = [];
    private readonly HashSet<object> _visited = new(ReferenceEqualityComparer.Instance);

    private UnregisteredModules() { }

    /// <summary>Returns the modules with their paths, such as "layers.0" for an element of a list.</summary>
    public static IReadOnlyList<(string Path, torch.nn.Module Module)> Of(torch.nn.Module root)
    {
        var search = new UnregisteredModules();
        var registered = root.named_modules().Select(entry => (entry.name, entry.module))
            .Prepend(("", root)).DistinctBy(entry => entry.Item2).ToList();
        search._visited.UnionWith(registered.Select(entry => entry.Item2));
        foreach (var (path, module) in registered) search.VisitFields(module, path);
        return search._found;
    }

    /// <summary>Returns the parameters and buffers of the modules with their names.</summary>
    public static IEnumerable<(string Name, torch.Tensor Tensor)> State(
        IEnumerable<(string Path, torch.nn.Module Module)> modules) =>
        from entry in modules
        from state in StateOf(entry.Module)
        select (Join(entry.Path, state.Name), state.Tensor);

    /// <summary>Returns the parameters and buffers of a module and its submodules.</summary>
    public static IEnumerable<(string Name, torch.Tensor Tensor)> StateOf(torch.nn.Module module) =>
        module.named_parameters(true).Select(entry => (entry.name, (torch.Tensor)entry.parameter))
            .Concat(module.named_buffers(true).Select(entry => (entry.name, entry.buffer)));

    public static string Join(string path, string name) =>
        path.Length == 0 ? name : name.Length == 0 ? path : $"{path}.{name}";

    private void Visit(object? value, string path)
    {
        if (value is null or string or torch.Tensor || !_visited.Add(value)) return;
        switch (value)
        {
            case torch.nn.Module module:
                _found.Add((path, module));
                foreach (var (name, child) in module.named_modules()) Visit(child, Join(path, name));
                VisitFields(module, path);
                break;
            case Delegate function:
                Visit(function.Target, path);
                break;
            case IDictionary { Count: < LongestCollection } map:
                foreach (DictionaryEntry entry in map) Visit(entry.Value, Join(path, $"{entry.Key}"));
                break;
            case ITuple tuple:
                for (int index = 0; index < tuple.Length; index++) Visit(tuple[index], Join(path, $"{index}"));
                break;
            case ICollection { Count: < LongestCollection } collection when MayHoldModules(collection.GetType()):
                foreach (var (index, item) in collection.Cast<object?>().Index()) Visit(item, Join(path, $"{index}"));
                break;
            default:
                if (CodeOrigin.IsUsers(value.GetType())) VisitFields(value, path);
                else if (IsCreated(value)) Visit(value.GetType().GetProperty("Value")!.GetValue(value), path);
                break;
        }
    }

    // TorchSharp's own types register their modules.
    private void VisitFields(object owner, string path)
    {
        for (var type = owner.GetType(); type is not null && CodeOrigin.IsUsers(type); type = type.BaseType)
        {
            var kind = BindingFlags.Instance | (owner is torch.nn.Module ? BindingFlags.Static : 0);
            foreach (var field in type.GetFields(
                kind | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsPointer && !field.FieldType.IsPrimitive && !field.FieldType.IsByRef)
                {
                    Visit(field.GetValue(owner), Join(path, NameOf(field)));
                }
            }
        }
    }

    private static bool MayHoldModules(Type collection) =>
        (collection.GetElementType() ?? collection.GetGenericArguments().LastOrDefault()) is not { IsPrimitive: true };

    private static bool IsCreated(object value) => value.GetType() is { IsGenericType: true } type
        && type.GetGenericTypeDefinition() == typeof(Lazy<>)
        && type.GetProperty("IsValueCreated")!.GetValue(value) is true;

    // The compiler names the field of a property "<Name>k__BackingField" and of a captured parameter "<name>P".
    private static string NameOf(FieldInfo field) => field.Name.StartsWith('<')
        ? field.Name[1..field.Name.IndexOf('>')]
        : field.Name.StartsWith("CS$<>", StringComparison.Ordinal) ? "" : field.Name;
}
