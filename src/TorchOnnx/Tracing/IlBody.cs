using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace TorchOnnx.Tracing;

/// <summary>Represents the IL of a method, with its operands resolved.</summary>
internal sealed class IlBody(MethodBase method)
{
    private readonly Type[]? _typeArguments = method.DeclaringType?.GetGenericArguments();
    private readonly Type[]? _methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;

    public MethodBase Source { get; } = method;

    public MethodBody Body { get; } = method.GetMethodBody()!;

    public byte[] Bytes => field ??= Body.GetILAsByteArray()!;

    public IReadOnlyList<IlInstruction> Instructions => field ??= [.. IlInstruction.Read(Bytes)];

    public MethodBase Method(IlInstruction call) =>
        Source.Module.ResolveMethod(Token(call), _typeArguments, _methodArguments)!;

    public FieldInfo Field(IlInstruction access) =>
        Source.Module.ResolveField(Token(access), _typeArguments, _methodArguments)!;

    public Type Type(IlInstruction instruction) =>
        Source.Module.ResolveType(Token(instruction), _typeArguments, _methodArguments);

    public MemberInfo Member(IlInstruction load) =>
        Source.Module.ResolveMember(Token(load), _typeArguments, _methodArguments)!;

    public string String(IlInstruction load) => Source.Module.ResolveString(Token(load));

    /// <summary>Returns the offsets of the instructions that a branch or a switch may jump to.</summary>
    public IEnumerable<int> Targets(IlInstruction jump)
    {
        int next = jump.OperandOffset + jump.OperandSize(Bytes);
        return jump.OpCode.OperandType switch
        {
            OperandType.ShortInlineBrTarget => [next + (sbyte)Bytes[jump.OperandOffset]],
            OperandType.InlineBrTarget => [next + Token(jump)],
            OperandType.InlineSwitch => Enumerable.Range(1, Token(jump)).Select(index =>
                next + BinaryPrimitives.ReadInt32LittleEndian(Bytes.AsSpan(jump.OperandOffset + 4 * index))),
            _ => [],
        };
    }

    /// <summary>Returns the index of the local variable or argument that an instruction names.</summary>
    public int Variable(IlInstruction instruction) => instruction.OpCode.OperandType switch
    {
        OperandType.ShortInlineVar => Bytes[instruction.OperandOffset],
        OperandType.InlineVar => BinaryPrimitives.ReadUInt16LittleEndian(Bytes.AsSpan(instruction.OperandOffset)),
        // The name of the opcode ends in the index, as in ldloc.2.
        _ => instruction.OpCode.Name![^1] - '0',
    };

    /// <summary>Returns the number of values that an instruction pops.</summary>
    public int Pops(IlInstruction instruction)
    {
        var behaviour = instruction.OpCode.StackBehaviourPop;
        if (behaviour == StackBehaviour.Pop0) return 0;
        if (behaviour != StackBehaviour.Varpop) return $"{behaviour}".Count(letter => letter == '_') + 1;
        if (instruction.OpCode.FlowControl != FlowControl.Call) return 0;
        var called = Method(instruction);
        bool hasThis = !called.IsStatic && instruction.OpCode != OpCodes.Newobj;
        return called.GetParameters().Length + (hasThis ? 1 : 0);
    }

    private int Token(IlInstruction instruction) =>
        BinaryPrimitives.ReadInt32LittleEndian(Bytes.AsSpan(instruction.OperandOffset));
}
