using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Finds modules that a module holds without registering them, and names weights.</summary>
internal static class UnregisteredModules
{
    /// <summary>Returns the modules with their paths, such as "layers.0" for an element of a list.</summary>
    public static IReadOnlyList<(string Path, torch.nn.Module Module)> Of(torch.nn.Module root) =>
        In(ObjectGraph.Of(root, []), root);

    /// <summary>Returns the modules among the objects that a module holds.</summary>
    public static IReadOnlyList<(string Path, torch.nn.Module Module)> In(
        IEnumerable<HeldObject> objects, torch.nn.Module root)
    {
        var registered = root.modules().Prepend(root).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. from held in objects
                   where held.Value is torch.nn.Module && !registered.Contains(held.Value)
                   select (held.Path, (torch.nn.Module)held.Value)];
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
}
