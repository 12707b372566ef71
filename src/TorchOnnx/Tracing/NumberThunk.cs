using System.Collections.Concurrent;
using System.Reflection.Emit;

namespace TorchOnnx.Tracing;

/// <summary>
/// Emits methods that replace instructions on numbers. Each method takes the operands and the number of the site. It
/// reports the operands and the result to the tracer, which may invert the outcome of a condition.
/// </summary>
internal static class NumberThunk
{
    private static readonly ConcurrentDictionary<(OpCode, StackKind, StackKind), DynamicMethod> Thunks = [];

    /// <summary>
    /// Returns the thunk of an instruction. The thunk of a branch returns the condition. The thunk of a test of one
    /// number returns the number.
    /// </summary>
    public static DynamicMethod Of(NumberSite site, OpCode opCode, StackKind[] stack) =>
        NumberSite.IsUnary(site.Operation)
            ? Thunks.GetOrAdd((opCode, stack[^1], StackKind.Other), key => Unary(key.Item1, key.Item2))
            : Thunks.GetOrAdd((opCode, stack[^2], stack[^1]), key => Binary(key.Item1, key.Item2, key.Item3));

    /// <summary>Returns a value that indicates whether the instruction still runs after its thunk.</summary>
    public static bool IsTest(NumberSite site) => site.Operation
        is NumberOperation.IsTrue or NumberOperation.Switch or NumberOperation.Index;

    /// <summary>Returns 1 for a number other than 0.</summary>
    public static int IsTrue(int number) => number != 0 ? 1 : 0;

    /// <summary>Returns 1 for a number other than 0.</summary>
    public static int IsTrue64(long number) => number != 0 ? 1 : 0;

    /// <summary>
    /// Returns <paramref name="taken"/> if <paramref name="outcome"/> is 1, and <paramref name="other"/> if it is 0.
    /// The tracer records the difference, the product and the sum that give the result.
    /// </summary>
    public static long Select(long outcome, long other, long taken, int difference, int product, int sum)
    {
        long first = taken - other, second = outcome * first, result = other + second;
        Tracer.NoteBinary(taken, other, first, difference);
        Tracer.NoteBinary(outcome, first, second, product);
        Tracer.NoteBinary(other, second, result, sum);
        return result;
    }

    /// <summary>
    /// Returns <paramref name="other"/> if <paramref name="outcome"/> is 1, and <paramref name="taken"/> if it is 0.
    /// </summary>
    public static long SelectInverted(long outcome, long other, long taken, int difference, int product, int sum) =>
        Select(outcome, taken, other, difference, product, sum);

    /// <summary>Returns a divisor, or 1 if it is 0.</summary>
    public static long NotZero(long divisor, int equality, int sum)
    {
        long isZero = divisor == 0 ? 1 : 0;
        Tracer.NoteBinary(divisor, 0, isZero, equality);
        Tracer.NoteBinary(divisor, isZero, divisor + isZero, sum);
        return divisor + isZero;
    }

    private static DynamicMethod Unary(OpCode opCode, StackKind kind)
    {
        bool isTest = !opCode.Name!.StartsWith("conv.", StringComparison.Ordinal)
            && opCode != OpCodes.Neg && opCode != OpCodes.Not;
        var result = isTest ? TypeOf(kind) : Result(opCode, kind);
        var thunk = new DynamicMethod(
            opCode.Name!, result, [TypeOf(kind), typeof(int)], typeof(Tracer).Module, skipVisibility: true);
        var il = thunk.GetILGenerator();
        il.DeclareLocal(result);
        il.Emit(OpCodes.Ldarg_0);
        if (!isTest) il.Emit(opCode);
        il.Emit(OpCodes.Stloc_0);
        Number(il, OpCodes.Ldarg_0, kind);
        Number(il, OpCodes.Ldloc_0, isTest ? kind : IlStack.KindOf(result));
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, typeof(Tracer).GetMethod(nameof(Tracer.NoteUnary))!);
        InvertIfAsked(il, isTest && opCode.FlowControl == FlowControl.Cond_Branch && opCode != OpCodes.Switch, kind);
        il.Emit(OpCodes.Ldloc_0);
        il.Emit(OpCodes.Ret);
        return thunk;
    }

    private static DynamicMethod Binary(OpCode opCode, StackKind left, StackKind right)
    {
        bool isBranch = opCode.FlowControl == FlowControl.Cond_Branch;
        var result = isBranch || opCode.StackBehaviourPush == StackBehaviour.Pushi
            ? typeof(int)
            : TypeOf(opCode == OpCodes.Shl || opCode == OpCodes.Shr || opCode == OpCodes.Shr_Un || left > right
                ? left
                : right);
        var thunk = new DynamicMethod(
            opCode.Name!, result, [TypeOf(left), TypeOf(right), typeof(int)], typeof(Tracer).Module,
            skipVisibility: true);
        var il = thunk.GetILGenerator();
        il.DeclareLocal(result);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        if (isBranch)
        {
            Label taken = il.DefineLabel(), end = il.DefineLabel();
            il.Emit(opCode, taken);
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Br, end);
            il.MarkLabel(taken);
            il.Emit(OpCodes.Ldc_I4_1);
            il.MarkLabel(end);
        }
        else
        {
            il.Emit(opCode);
        }
        il.Emit(OpCodes.Stloc_0);
        Number(il, OpCodes.Ldarg_0, left);
        Number(il, OpCodes.Ldarg_1, right);
        Number(il, OpCodes.Ldloc_0, IlStack.KindOf(result));
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, typeof(Tracer).GetMethod(nameof(Tracer.NoteBinary))!);
        InvertIfAsked(il, isBranch || opCode.StackBehaviourPush == StackBehaviour.Pushi, StackKind.Int32);
        il.Emit(OpCodes.Ldloc_0);
        il.Emit(OpCodes.Ret);
        return thunk;
    }

    // The tracer's result is on the stack, and the outcome is in local 0.
    private static void InvertIfAsked(ILGenerator il, bool isCondition, StackKind kind)
    {
        if (!isCondition)
        {
            il.Emit(OpCodes.Pop);
            return;
        }
        var end = il.DefineLabel();
        il.Emit(OpCodes.Brfalse, end);
        il.Emit(OpCodes.Ldloc_0);
        il.Emit(OpCodes.Ldc_I4_0);
        Widen();
        il.Emit(OpCodes.Ceq);
        Widen();
        il.Emit(OpCodes.Stloc_0);
        il.MarkLabel(end);

        void Widen()
        {
            if (kind == StackKind.Int64) il.Emit(OpCodes.Conv_I8);
            else if (kind == StackKind.Length) il.Emit(OpCodes.Conv_I);
        }
    }

    private static void Number(ILGenerator il, OpCode load, StackKind kind)
    {
        il.Emit(load);
        if (kind == StackKind.Length) il.Emit(OpCodes.Conv_I8);
        if (kind != StackKind.Double) il.Emit(OpCodes.Conv_R8);
    }

    private static Type Result(OpCode opCode, StackKind kind) => opCode.StackBehaviourPush switch
    {
        StackBehaviour.Pushi => typeof(int),
        StackBehaviour.Pushi8 => typeof(long),
        StackBehaviour.Pushr4 => typeof(float),
        StackBehaviour.Pushr8 => typeof(double),
        _ => TypeOf(kind),
    };

    private static Type TypeOf(StackKind kind) => kind switch
    {
        StackKind.Int32 => typeof(int),
        StackKind.Int64 => typeof(long),
        StackKind.Single => typeof(float),
        StackKind.Double => typeof(double),
        _ => typeof(nint),
    };
}
