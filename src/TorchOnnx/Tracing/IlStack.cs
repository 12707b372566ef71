using System.Reflection;
using System.Reflection.Emit;

namespace TorchOnnx.Tracing;

/// <summary>Specifies how the evaluation stack holds a value.</summary>
internal enum StackKind
{
    /// <summary>An object, a structure, a pointer or a native integer.</summary>
    Other,
    Int32,
    Int64,
    Single,
    Double,

    /// <summary>The native integer that <c>ldlen</c> pushes.</summary>
    Length,
}

/// <summary>
/// Finds the kinds of the values on the evaluation stack before each instruction of a method (ECMA-335, partition III,
/// 1.7.5 and 1.8).
/// </summary>
internal sealed class IlStack(IlBody code)
{
    // These opcodes have the stack behaviour Pushi, but push a reference, a pointer or a native integer.
    private static readonly HashSet<OpCode> Pointers =
    [
        OpCodes.Ldarga, OpCodes.Ldarga_S, OpCodes.Ldloca, OpCodes.Ldloca_S, OpCodes.Ldflda, OpCodes.Ldsflda,
        OpCodes.Ldelema, OpCodes.Ldind_I, OpCodes.Ldelem_I, OpCodes.Localloc, OpCodes.Ldftn, OpCodes.Ldvirtftn,
        OpCodes.Unbox, OpCodes.Isinst, OpCodes.Arglist, OpCodes.Refanytype, OpCodes.Refanyval, OpCodes.Ldtoken,
        OpCodes.Conv_I, OpCodes.Conv_U, OpCodes.Conv_Ovf_I, OpCodes.Conv_Ovf_I_Un, OpCodes.Conv_Ovf_U,
        OpCodes.Conv_Ovf_U_Un,
    ];

    private readonly Type[] _arguments =
        [.. code.Source.IsStatic ? [] : (Type[])[typeof(object)],
            .. code.Source.GetParameters().Select(parameter => parameter.ParameterType)];

    /// <summary>Returns the kinds by offset, with the top of the stack last.</summary>
    public IReadOnlyDictionary<int, StackKind[]> Find()
    {
        var before = new Dictionary<int, StackKind[]>();
        foreach (var clause in code.Body.ExceptionHandlingClauses)
        {
            bool hasException = clause.Flags is ExceptionHandlingClauseOptions.Clause
                or ExceptionHandlingClauseOptions.Filter;
            before[clause.HandlerOffset] = hasException ? [StackKind.Other] : [];
            if (clause.Flags == ExceptionHandlingClauseOptions.Filter) before[clause.FilterOffset] = [StackKind.Other];
        }
        StackKind[] stack = [];
        foreach (var instruction in code.Instructions)
        {
            if (!before.TryAdd(instruction.Offset, stack)) stack = before[instruction.Offset];
            stack = After(instruction, stack);
            foreach (int target in code.Targets(instruction)) before.TryAdd(target, stack);
            if (instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Return or FlowControl.Throw)
            {
                stack = [];
            }
        }
        return before;
    }

    /// <summary>Returns the kind in which the stack holds values of a type.</summary>
    public static StackKind KindOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean or TypeCode.Char or TypeCode.SByte or TypeCode.Byte or TypeCode.Int16 or TypeCode.UInt16
            or TypeCode.Int32 or TypeCode.UInt32 => StackKind.Int32,
        TypeCode.Int64 or TypeCode.UInt64 => StackKind.Int64,
        TypeCode.Single => StackKind.Single,
        TypeCode.Double => StackKind.Double,
        _ => StackKind.Other,
    };

    private StackKind[] After(IlInstruction instruction, StackKind[] stack)
    {
        // Leaving a try block empties the stack.
        if (instruction.OpCode == OpCodes.Leave || instruction.OpCode == OpCodes.Leave_S) return [];
        int pops = code.Pops(instruction);
        if (stack.Length < pops) throw new BadImageFormatException("its code takes values from an empty stack");
        return [.. stack[..^pops], .. Pushed(instruction, stack)];
    }

    private StackKind[] Pushed(IlInstruction instruction, StackKind[] stack)
    {
        var opCode = instruction.OpCode;
        return opCode.StackBehaviourPush switch
        {
            StackBehaviour.Push0 => [],
            StackBehaviour.Push1_push1 => [stack[^1], stack[^1]],
            StackBehaviour.Pushi8 => [StackKind.Int64],
            StackBehaviour.Pushr4 => [StackKind.Single],
            StackBehaviour.Pushr8 => [StackKind.Double],
            StackBehaviour.Pushi when opCode == OpCodes.Ldlen => [StackKind.Length],
            StackBehaviour.Pushi => [Pointers.Contains(opCode) ? StackKind.Other : StackKind.Int32],
            StackBehaviour.Push1 => [Loaded(instruction, stack)],
            StackBehaviour.Varpush => Returned(code.Method(instruction)),
            _ => [StackKind.Other],
        };
    }

    private static StackKind[] Returned(MethodBase called) => called is not MethodInfo { ReturnType: var type }
        ? [StackKind.Other]
        : type == typeof(void) ? [] : [KindOf(type)];

    private StackKind Loaded(IlInstruction instruction, StackKind[] stack)
    {
        string name = instruction.OpCode.Name!;
        return instruction.OpCode.OperandType switch
        {
            OperandType.InlineField => KindOf(code.Field(instruction).FieldType),
            OperandType.InlineType => KindOf(code.Type(instruction)),
            _ when name.StartsWith("ldloc", StringComparison.Ordinal) =>
                KindOf(code.Body.LocalVariables[code.Variable(instruction)].LocalType),
            _ when name.StartsWith("ldarg", StringComparison.Ordinal) =>
                KindOf(_arguments[code.Variable(instruction)]),
            // The remaining opcodes compute with one or two values.
            _ when name.StartsWith("sh", StringComparison.Ordinal) => stack[^2],
            _ when code.Pops(instruction) == 2 && stack[^2] != stack[^1] =>
                stack[^2..].Contains(StackKind.Double) ? StackKind.Double : StackKind.Other,
            _ => stack[^1],
        };
    }
}
