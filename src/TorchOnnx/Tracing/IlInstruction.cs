using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace TorchOnnx.Tracing;

/// <summary>Represents an instruction in a method's IL.</summary>
/// <param name="Offset">The offset of the opcode in bytes.</param>
/// <param name="OpCode">The opcode.</param>
/// <param name="OperandOffset">The offset of the operand in bytes.</param>
internal readonly record struct IlInstruction(int Offset, OpCode OpCode, int OperandOffset)
{
    private static readonly OpCode?[] OneByte = new OpCode?[256];
    private static readonly OpCode?[] TwoBytes = new OpCode?[256];

    static IlInstruction()
    {
        foreach (var field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var opCode = (OpCode)field.GetValue(null)!;
            (opCode.Size == 1 ? OneByte : TwoBytes)[opCode.Value & 0xFF] = opCode;
        }
    }

    /// <summary>Reads the instructions of a method (ECMA-335, partition III).</summary>
    public static IEnumerable<IlInstruction> Read(byte[] il)
    {
        for (int offset = 0; offset < il.Length;)
        {
            var opCode = il[offset] == 0xFE ? TwoBytes[il[offset + 1]]!.Value : OneByte[il[offset]]!.Value;
            var instruction = new IlInstruction(offset, opCode, offset + opCode.Size);
            yield return instruction;
            offset = instruction.OperandOffset + instruction.OperandSize(il);
        }
    }

    /// <summary>Returns the size of the operand in bytes.</summary>
    public int OperandSize(byte[] il) => OpCode.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(OperandOffset)),
        _ => 4,
    };
}
