using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Keeps the modules that a forward pass creates, so that converters can read them after the pass.</summary>
internal sealed class MadeModules
{
    private readonly HashSet<torch.nn.Module> _modules = new(ReferenceEqualityComparer.Instance);

    public void Add(torch.nn.Module module)
    {
        _modules.Add(module);
        _modules.UnionWith(module.modules());
        Keep(module);
    }

    /// <summary>Takes a module's weights out of the dispose scope of the pass.</summary>
    public static void Keep(torch.nn.Module module)
    {
        foreach (var (_, tensor) in UnregisteredModules.StateOf(module)) tensor.DetachFromDisposeScope();
    }

    public bool Contains(torch.nn.Module module) => _modules.Contains(module);

    /// <summary>Returns a copy of a module's weights.</summary>
    public static IReadOnlyList<(string Name, torch.Tensor Value)> Copy(torch.nn.Module module) =>
        [.. UnregisteredModules.StateOf(module).Select(entry => (entry.Name, TensorTracker.Copy(entry.Tensor)))];

    /// <summary>Returns a value that indicates whether two modules of one type have equal hyperparameters.</summary>
    public static bool AreAlike(torch.nn.Module left, torch.nn.Module right)
    {
        for (var type = left.GetType(); type is not null && type != typeof(torch.nn.Module); type = type.BaseType)
        {
            var fields = type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);
            if (!fields.All(field => IsEqual(field.GetValue(left), field.GetValue(right)))) return false;
        }
        return left.children().Zip(right.children()).All(pair => AreAlike(pair.First, pair.Second));
    }

    private static bool IsEqual(object? left, object? right) => (left, right) switch
    {
        (Array a, Array b) => a.Length == b.Length
            && Enumerable.Range(0, a.Length).All(index => IsEqual(a.GetValue(index), b.GetValue(index))),
        (ITuple a, ITuple b) => Enumerable.Range(0, a.Length).All(index => IsEqual(a[index], b[index])),
        (string or ValueType and not IntPtr, _) => Equals(left, right),
        (null, null) => true,
        (null, ValueType) => false,
        _ => true,
    };
}
