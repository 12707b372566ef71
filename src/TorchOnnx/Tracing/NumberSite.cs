using System.Reflection;

namespace TorchOnnx.Tracing;

/// <summary>Represents an instruction that computes with numbers or tests them.</summary>
/// <param name="Caller">The method that contains the instruction.</param>
/// <param name="Offset">The offset of the instruction in the IL.</param>
/// <param name="Operation">The computation or the condition.</param>
/// <param name="Kind">The kind of the operands.</param>
/// <param name="IsUnsigned">Indicates whether the instruction treats integers as unsigned.</param>
internal sealed record NumberSite(
    MethodBase Caller, int Offset, NumberOperation Operation, StackKind Kind, bool IsUnsigned = false)
{
    /// <summary>
    /// Gets a value that indicates whether the result of a comparison is a number (0 or 1) from which another number is
    /// computed, and forward takes no branch.
    /// </summary>
    public bool IsValue { get; init; }

    /// <summary>Gets a value that indicates whether forward may take another branch if the result changes.</summary>
    public bool IsCondition => Operation >= NumberOperation.Equal && !IsValue;

    private static readonly Dictionary<string, NumberOperation> Operations = new()
    {
        ["add"] = NumberOperation.Add,
        ["sub"] = NumberOperation.Subtract,
        ["mul"] = NumberOperation.Multiply,
        ["div"] = NumberOperation.Divide,
        ["rem"] = NumberOperation.Remainder,
        ["and"] = NumberOperation.And,
        ["or"] = NumberOperation.Or,
        ["xor"] = NumberOperation.Xor,
        ["shl"] = NumberOperation.ShiftLeft,
        ["shr"] = NumberOperation.ShiftRight,
        ["neg"] = NumberOperation.Negate,
        ["not"] = NumberOperation.Not,
        ["ceq"] = NumberOperation.Equal,
        ["cgt"] = NumberOperation.Greater,
        ["clt"] = NumberOperation.Less,
        ["beq"] = NumberOperation.Equal,
        ["bne"] = NumberOperation.NotEqual,
        ["bge"] = NumberOperation.GreaterOrEqual,
        ["bgt"] = NumberOperation.Greater,
        ["ble"] = NumberOperation.LessOrEqual,
        ["blt"] = NumberOperation.Less,
        ["brtrue"] = NumberOperation.IsTrue,
        ["brfalse"] = NumberOperation.IsTrue,
        ["switch"] = NumberOperation.Switch,
        ["ldelem"] = NumberOperation.Index,
        ["ldelema"] = NumberOperation.Index,
    };

    /// <summary>Gets the source line, or <see langword="null"/> if the method isn't user code.</summary>
    public SourceLine? Line => CodeOrigin.IsUsers(Caller) ? DebugSymbols.Find(Caller, Offset) : null;

    /// <summary>
    /// Returns a value that indicates whether the code always throws when the condition has the given outcome.
    /// </summary>
    public bool Throws(bool outcome) => Operation < NumberOperation.Switch && IlGuard.Throws(Caller, Offset, outcome);

    /// <summary>
    /// Returns the site of an instruction, or <see langword="null"/> if it doesn't compute with numbers.
    /// </summary>
    /// <param name="caller">The method.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="stack">The kinds of the values on the stack.</param>
    public static NumberSite? Find(MethodBase caller, IlInstruction instruction, StackKind[] stack)
    {
        if (stack.Length == 0) return null;
        var (name, kind) = (instruction.OpCode.Name!, stack[^1]);
        if (name.StartsWith("conv.", StringComparison.Ordinal))
        {
            return Conversion(name, kind) is { } conversion
                ? new(caller, instruction.Offset, conversion, kind)
                : null;
        }
        if (!Operations.TryGetValue(name.Split('.')[0], out var operation)) return null;
        bool isKnown = operation switch
        {
            NumberOperation.IsTrue => kind != StackKind.Other,
            NumberOperation.ShiftLeft or NumberOperation.ShiftRight => stack.Length > 1 && IsInteger(stack[^2]),
            _ when IsUnary(operation) => IsNumber(kind),
            _ => stack.Length > 1 && IsNumber(kind) && IsNumber(stack[^2]) && IsInteger(kind) == IsInteger(stack[^2]),
        };
        if (!IsUnary(operation) && isKnown && stack[^2] > kind) kind = stack[^2];
        bool isUnsigned = IsInteger(kind) && name.Contains(".un");
        return isKnown ? new(caller, instruction.Offset, operation, kind, isUnsigned) : null;
    }

    /// <summary>Returns a value that indicates whether an operation takes one number.</summary>
    public static bool IsUnary(NumberOperation operation) =>
        operation is >= NumberOperation.Negate and <= NumberOperation.ToSingle or >= NumberOperation.IsTrue;

    private static bool IsNumber(StackKind kind) => kind is not (StackKind.Other or StackKind.Length);

    private static bool IsInteger(StackKind kind) => kind is StackKind.Int32 or StackKind.Int64;

    // Returns null for conversions that don't change the number, such as int32 to int64 or float64.
    private static NumberOperation? Conversion(string name, StackKind kind) => kind switch
    {
        StackKind.Other or StackKind.Length => null,
        _ when name is "conv.r4" => NumberOperation.ToSingle,
        // Native integers are indices.
        _ when !name.Any(char.IsDigit) || name is "conv.r8" => null,
        StackKind.Single or StackKind.Double => NumberOperation.Truncate,
        _ => name.Any(letter => letter is '1' or '2') ? NumberOperation.Unknown : null,
    };
}
