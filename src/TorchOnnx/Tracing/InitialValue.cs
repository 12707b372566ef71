using System.Buffers.Binary;
using System.Collections;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace TorchOnnx.Tracing;

/// <summary>Finds the value that a field has in a new object, if the constructors set it to a constant.</summary>
internal static class InitialValue
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
        | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Returns a function that resets the field of an object, or <see langword="null"/>.</summary>
    public static Action<object?>? Reset(FieldInfo field)
    {
        List<object?> values = [];
        foreach (var method in Initializers(field))
        {
            if (method.GetMethodBody()?.GetILAsByteArray() is not { } il) continue;
            IlInstruction[] code = [.. IlInstruction.Read(il)];
            for (int index = 0; index < code.Length; index++)
            {
                if (code[index].OpCode.OperandType != OperandType.InlineField
                    || !field.Equals(ForwardCode.Resolve(method, il, code[index])))
                {
                    continue;
                }
                // A constructor that reads a collection may fill it.
                if (code[index].OpCode != OpCodes.Stfld && code[index].OpCode != OpCodes.Stsfld)
                {
                    if (field.FieldType.IsPrimitive || field.FieldType == typeof(string)) continue;
                    return null;
                }
                if (!TryConstant(method, il, code.AsSpan(0, index), field.FieldType, out object? value)) return null;
                values.Add(value);
            }
        }
        if (values.Distinct().Count() > 1 || (field.IsStatic && field.IsInitOnly && values is not [Type])) return null;
        return values is [Type, ..]
            ? owner => Clear(field.GetValue(owner))
            : owner => field.SetValue(owner, values.FirstOrDefault());
    }

    // The method around a closure sets its fields.
    private static IEnumerable<MethodBase> Initializers(FieldInfo field)
    {
        var type = field.DeclaringType!;
        IEnumerable<MethodBase> methods = type.GetConstructors(All).Where(method => method.IsStatic == field.IsStatic);
        if (!type.IsDefined(typeof(CompilerGeneratedAttribute)) || type.DeclaringType is not { } outer) return methods;
        var arguments = type.GetGenericArguments();
        return [.. methods, .. outer.GetNestedTypes(BindingFlags.NonPublic)
            .Where(nested => nested.IsDefined(typeof(CompilerGeneratedAttribute)) && nested.Name != type.Name)
            .Append(outer)
            .Where(other => other.GetGenericArguments().Length <= arguments.Length)
            .Select(other => other.IsGenericTypeDefinition
                ? other.MakeGenericType(arguments[..other.GetGenericArguments().Length])
                : other)
            .SelectMany(other => (MethodBase[])[.. other.GetConstructors(All), .. other.GetMethods(All)])];
    }

    // Represents a new, empty collection by its type.
    private static bool TryConstant(
        MethodBase method, byte[] il, ReadOnlySpan<IlInstruction> before, Type type, out object? value)
    {
        if (before is [.., { OpCode: var conversion }] && conversion.Name!.StartsWith("conv", StringComparison.Ordinal))
        {
            before = before[..^1];
        }
        value = null;
        if (before.IsEmpty) return false;
        var last = before[^1];
        var operand = il.AsSpan(last.OperandOffset);
        string name = last.OpCode.Name!;
        if (name == "ldnull") return true;
        if (name == "newobj" && ForwardCode.Resolve(method, il, last) is ConstructorInfo made)
        {
            value = made.DeclaringType;
            return typeof(IEnumerable).IsAssignableFrom(made.DeclaringType) && CodeOrigin.IsFramework(made)
                && made.GetParameters().Length == 0;
        }
        if (name == "newarr")
        {
            value = typeof(Array);
            return true;
        }
        object? number = name switch
        {
            "ldc.i4" => BinaryPrimitives.ReadInt32LittleEndian(operand),
            "ldc.i4.s" => (int)(sbyte)operand[0],
            "ldc.i4.m1" => -1,
            "ldc.i8" => BinaryPrimitives.ReadInt64LittleEndian(operand),
            "ldc.r4" => BinaryPrimitives.ReadSingleLittleEndian(operand),
            "ldc.r8" => BinaryPrimitives.ReadDoubleLittleEndian(operand),
            ['l', 'd', 'c', '.', 'i', '4', '.', var digit] => digit - '0',
            _ => null,
        };
        if (number is null || !type.IsPrimitive) return false;
        value = Convert.ChangeType(number, type);
        return true;
    }

    private static void Clear(object? collection)
    {
        if (collection is Array array)
        {
            Array.Clear(array);
        }
        else if (collection is not ICollection { Count: 0 })
        {
            collection?.GetType().GetMethod("Clear", Type.EmptyTypes)?.Invoke(collection, null);
        }
    }
}
