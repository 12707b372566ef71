using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;

namespace TorchOnnx.Tracing;

/// <summary>Determines whether a method always throws once a condition has a given outcome.</summary>
internal static class IlGuard
{
    private const int MostInstructions = 200;

    /// <summary>Returns a value that indicates whether a method catches the exceptions of an instruction.</summary>
    public static bool IsCaught(MethodBase method, int offset) => method.GetMethodBody()!.ExceptionHandlingClauses.Any(
        clause => clause.Flags is ExceptionHandlingClauseOptions.Clause or ExceptionHandlingClauseOptions.Filter
            && offset >= clause.TryOffset && offset < clause.TryOffset + clause.TryLength);

    /// <summary>
    /// Returns a value that indicates whether the method always throws after a comparison or conditional branch has the
    /// given outcome.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="offset">The offset of the instruction.</param>
    /// <param name="outcome">The outcome.</param>
    public static bool Throws(MethodBase method, int offset, bool outcome)
    {
        var code = new IlBody(method);
        var byOffset = code.Instructions.Index().ToDictionary(entry => entry.Item.Offset, entry => entry.Index);
        int at = byOffset[offset];
        // Tracks only constants that the code stores in local variables, as a debug build does.
        var stack = new Stack<int?>();
        var locals = new Dictionary<int, int?>();
        int? condition = outcome ? 1 : 0;
        for (int count = 0; count < MostInstructions && at < code.Instructions.Count; count++)
        {
            var instruction = code.Instructions[at++];
            var opCode = instruction.OpCode;
            string name = opCode.Name!;
            if (opCode.FlowControl == FlowControl.Throw) return !IsCaught(method, instruction.Offset);
            if (opCode.FlowControl == FlowControl.Return) return false;
            if (opCode.FlowControl == FlowControl.Branch)
            {
                at = byOffset[code.Targets(instruction).Single()];
            }
            else if (opCode.FlowControl == FlowControl.Cond_Branch)
            {
                if (opCode == OpCodes.Switch) return false;
                bool isTest = name.StartsWith("br", StringComparison.Ordinal);
                int? value = condition ?? (isTest ? Pop() : null);
                if (value is null) return false;
                bool jumps = name.StartsWith("brfalse", StringComparison.Ordinal) ? value == 0 : value != 0;
                if (jumps) at = byOffset[code.Targets(instruction).Single()];
            }
            else if (condition is not null)
            {
                stack.Push(condition);
            }
            else if (name.StartsWith("ldc.i4", StringComparison.Ordinal))
            {
                stack.Push(name is "ldc.i4.0" ? 0 : name is "ldc.i4.1" ? 1 : null);
            }
            else if (name.StartsWith("stloc", StringComparison.Ordinal))
            {
                locals[code.Variable(instruction)] = Pop();
            }
            else if (opCode.StackBehaviourPush == StackBehaviour.Push1
                && name.StartsWith("ldloc", StringComparison.Ordinal))
            {
                stack.Push(locals.GetValueOrDefault(code.Variable(instruction)));
            }
            else if (opCode == OpCodes.Ceq)
            {
                var (right, left) = (Pop(), Pop());
                stack.Push(right is null || left is null ? null : right == left ? 1 : 0);
            }
            else
            {
                if (opCode.FlowControl == FlowControl.Call && code.Method(instruction) is var called
                    && (called.IsDefined(typeof(DoesNotReturnAttribute))
                        || (called.Name == "Assert" && CodeOrigin.IsFramework(called) && stack.Contains(0))))
                {
                    return !IsCaught(method, instruction.Offset);
                }
                for (int pops = code.Pops(instruction); pops > 0; pops--) Pop();
                if (opCode.StackBehaviourPush != StackBehaviour.Push0) stack.Push(null);
                if (opCode.StackBehaviourPush == StackBehaviour.Push1_push1) stack.Push(null);
            }
            condition = null;
        }
        return false;

        int? Pop() => stack.Count > 0 ? stack.Pop() : null;
    }
}
