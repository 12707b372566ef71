using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace TorchOnnx.Tests;

/// <summary>
/// Describes everything that a module holds: fields of the module and of the objects it references, tensors by
/// identity, liveness, bytes and gradient, modes, and torch's random state.
/// </summary>
internal static class DeepState
{
    /// <summary>Returns a line for each field, element and tensor.</summary>
    public static IReadOnlyList<string> Of(nn.Module root)
    {
        List<string> lines = [$"random state {Hash(get_rng_state())}"];
        Describe(root, "", new HashSet<object>(ReferenceEqualityComparer.Instance), lines);
        return lines;
    }

    private static void Describe(object? value, string path, HashSet<object> seen, List<string> lines)
    {
        if (value is null or string or Delegate || value.GetType().IsPrimitive || value is Enum)
        {
            lines.Add($"{path} = {(value is Delegate ? Identity(value) : value)}");
            if (value is Delegate { Target: { } target }) Describe(target, $"{path}.target", seen, lines);
            return;
        }
        if (!value.GetType().IsValueType)
        {
            lines.Add($"{path} = {Identity(value)}");
            if (!seen.Add(value)) return;
        }
        switch (value)
        {
            case Tensor tensor:
                lines.Add($"{path} {(tensor.IsInvalid ? "disposed" : $"{Hash(tensor)} {tensor.requires_grad}")}");
                break;
            case nn.Module module:
                lines.Add($"{path} training {module.training}");
                foreach (var (name, parameter) in module.named_parameters(false))
                {
                    string gradient = parameter.grad is { } grad ? Hash(grad) : "none";
                    lines.Add($"{path}.{name} {Hash(parameter)} {parameter.requires_grad} gradient {gradient}");
                }
                foreach (var (name, held) in module.named_buffers(false)
                    .Select(entry => (entry.name, (object)entry.buffer))
                    .Concat(module.named_children().Select(entry => (entry.name, (object)entry.module))))
                {
                    Describe(held, $"{path}.{name}", seen, lines);
                }
                DescribeFields(module, path, seen, lines);
                break;
            case ITuple tuple:
                for (int index = 0; index < tuple.Length; index++)
                {
                    Describe(tuple[index], $"{path}.{index}", seen, lines);
                }
                break;
            case IDictionary map:
                foreach (object key in map.Keys) Describe(map[key], $"{path}[{key}]", seen, lines);
                break;
            case IEnumerable list when value is not IEnumerable<Tensor> or ICollection:
                foreach (var (index, item) in list.Cast<object?>().Index())
                {
                    Describe(item, $"{path}[{index}]", seen, lines);
                }
                break;
            default:
                DescribeFields(value, path, seen, lines);
                break;
        }
    }

    private static void DescribeFields(object owner, string path, HashSet<object> seen, List<string> lines)
    {
        bool isOurs = false;
        for (var type = owner.GetType(); type is not null; type = type.BaseType)
        {
            if (type.Assembly != typeof(DeepState).Assembly && type.Name != "Lazy`1") continue;
            isOurs = true;
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
                | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.Name.StartsWith("<>9", StringComparison.Ordinal))
                {
                    Describe(field.GetValue(field.IsStatic ? null : owner), $"{path}.{field.Name}", seen, lines);
                }
            }
        }
        if (!isOurs) lines.Add($"{path} {owner.GetType()}");
    }

    private static string Identity(object value) => $"{value.GetType().Name} {RuntimeHelpers.GetHashCode(value)}";

    private static string Hash(Tensor tensor)
    {
        using var dense = tensor.detach().cpu().contiguous();
        return $"{dense.dtype} {Convert.ToHexString(SHA256.HashData(dense.bytes))}";
    }
}
