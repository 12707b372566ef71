using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Represents a field or a collection that has changed.</summary>
/// <param name="Held">The object with the field, or the collection; <see langword="null"/> for a static field.</param>
/// <param name="Field">The field, or <see langword="null"/> for a collection.</param>
/// <param name="Old">The captured value of the field, or the collection.</param>
/// <param name="New">The new value of the field, or the collection.</param>
internal sealed record StateChange(HeldObject? Held, FieldInfo? Field, object? Old, object? New);

/// <summary>Captures and restores the fields of objects and the contents of collections.</summary>
internal sealed class StateCapture
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly HashSet<Type> Restorable =
        [typeof(Random), typeof(StringBuilder), typeof(Stopwatch), typeof(StrongBox<>), typeof(Lazy<>)];

    private readonly List<(HeldObject? Held, object? Owner, FieldInfo Field, object? Value)> _fields = [];
    private readonly List<(HeldObject Held, Array Elements, Array Copy)> _arrays = [];
    private readonly HashSet<object> _visited = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _modules = new(ReferenceEqualityComparer.Instance);

    private StateCapture() { }

    public static StateCapture Of(IReadOnlyList<HeldObject> objects, IEnumerable<FieldInfo> statics)
    {
        var capture = new StateCapture();
        capture._modules.UnionWith(objects.Select(held => held.Value).OfType<torch.nn.Module>());
        foreach (var held in objects.Where(held => !held.IsForeign)) capture.Add(held, held.Value);
        foreach (var field in statics.Where(field => !field.IsInitOnly))
        {
            capture._fields.Add((null, null, field, field.GetValue(null)));
        }
        return capture;
    }

    /// <summary>Returns the differences from the captured values.</summary>
    public IReadOnlyList<StateChange> Changes() =>
    [
        .. (from entry in _fields
            let current = entry.Field.GetValue(entry.Owner)
            where !IsSame(entry.Value, current)
            select CodeOrigin.IsUsers(entry.Field) || entry.Held is null
                ? new StateChange(entry.Held, entry.Field, entry.Value, current)
                : new StateChange(entry.Held, null, entry.Held.Value, entry.Held.Value))
            .Concat(from entry in _arrays
                    where !entry.Elements.Cast<object?>().Zip(entry.Copy.Cast<object?>(), IsSame).All(same => same)
                    select new StateChange(entry.Held, null, entry.Held.Value, entry.Held.Value))
            .DistinctBy(change => (change.Held, change.Field)),
    ];

    /// <summary>
    /// Restores all captured values, except in objects that hold a new module, because its weights would be lost.
    /// </summary>
    public void Restore()
    {
        var kept = _fields.Where(entry => entry.Value is null && IsNewModule(entry.Field.GetValue(entry.Owner)))
            .Select(entry => entry.Held)
            .Concat(_arrays.Select(entry => entry.Held).Distinct().Where(HoldsNewModule))
            .OfType<HeldObject>().ToHashSet();
        foreach (var held in kept)
        {
            foreach (var (_, child) in ObjectGraph.Children(held.Value)) Keep(child);
        }
        foreach (var (held, owner, field, value) in _fields)
        {
            if (held is null && value is null && IsNewModule(field.GetValue(null))) Keep(field.GetValue(null));
            else if (held is null || !kept.Contains(held)) field.SetValue(owner, value);
        }
        foreach (var (held, elements, copy) in _arrays)
        {
            if (!kept.Contains(held)) Array.Copy(copy, elements, copy.Length);
        }
    }

    private bool HoldsNewModule(HeldObject held) => held.Value is not torch.nn.Module
        && ObjectGraph.Children(held.Value).Any(child => IsNewModule(child.Value));

    private bool IsNewModule(object? value) => value is torch.nn.Module && !_modules.Contains(value);

    // The dispose scope of the pass would dispose it.
    private static void Keep(object? value)
    {
        if (value is torch.nn.Module module) MadeModules.Keep(module);
        foreach (var tensor in ArgumentReader.Tensors(value).Where(tensor => !tensor.IsInvalid))
        {
            tensor.DetachFromDisposeScope();
        }
    }

    private void Add(HeldObject held, object? value)
    {
        if (value is null or torch.Tensor or Delegate || value.GetType().IsValueType || !_visited.Add(value)) return;
        if (value is Array array)
        {
            _arrays.Add((held, array, (Array)array.Clone()));
            if (!MayHoldParts(array.GetType().GetElementType()!)) return;
            foreach (object? element in array) AddParts(held, element);
            return;
        }
        AddParts(held, value);
    }

    // The nodes and arrays inside a collection belong to it. Objects of users' types are captured on their own.
    private void AddParts(HeldObject held, object? owner)
    {
        for (var type = owner?.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            if (!CodeOrigin.IsUsers(type) && !IsRestorable(type) && !typeof(torch.nn.Module).IsAssignableFrom(type)
                && !type.IsValueType)
            {
                continue;
            }
            foreach (var field in type.GetFields(Declared))
            {
                // A dictionary creates its collections of keys and values when they are first read.
                if (field.FieldType.IsPointer || field.FieldType.IsByRef || field.FieldType == typeof(nint)
                    || typeof(SafeHandle).IsAssignableFrom(field.FieldType)
                    || field.FieldType.Name is "KeyCollection" or "ValueCollection")
                {
                    continue;
                }
                object? value = field.GetValue(owner);
                if (!field.IsInitOnly && !type.IsValueType) _fields.Add((held, owner, field, value));
                if (!CodeOrigin.IsUsers(type) && value is not null && (value is Array || IsRestorable(value.GetType())))
                {
                    Add(held, value);
                }
            }
        }
    }

    private static bool IsRestorable(Type type) =>
        type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true
        || type.Namespace == "TorchSharp.Utils"
        || Restorable.Contains(type.IsGenericType ? type.GetGenericTypeDefinition() : type)
        || (type.DeclaringType is { } outer && IsRestorable(outer));

    private static bool MayHoldParts(Type element) => !element.IsPrimitive && element != typeof(string)
        && !CodeOrigin.IsTorch(element) && (element.IsValueType
            ? element.GetFields(Declared).Any(field => MayHoldParts(field.FieldType))
            : element.IsArray || element.IsInterface || IsRestorable(element));

    // Tensor.Equals compares elements.
    private static bool IsSame(object? left, object? right) =>
        ReferenceEquals(left, right)
        || (left is not null && right is not null && left.GetType() == right.GetType() && left switch
        {
            string text => text.Equals((string)right, StringComparison.Ordinal),
            ValueType when left.GetType().IsPrimitive || left is Enum => left.Equals(right),
            ValueType => left.GetType().GetFields(Declared).All(
                field => IsSame(field.GetValue(left), field.GetValue(right))),
            _ => false,
        });
}
