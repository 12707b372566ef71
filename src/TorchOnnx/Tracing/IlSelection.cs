using System.Reflection.Emit;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>
/// Represents a conditional branch that only selects an integer, as in <c>h % 8 == 0 ? 0 : 8 - h % 8</c> or
/// <c>if (h &lt; 8) h = 8;</c>.
/// </summary>
/// <remarks>
/// Both sides compute without side effects, so the copy of a method runs both and selects the result by arithmetic. The
/// result then is a formula of the open sizes.
/// </remarks>
/// <param name="Taken">The instructions that run if the branch is taken.</param>
/// <param name="Other">The instructions that run if the branch isn't taken.</param>
/// <param name="End">The index of the first instruction behind both sides.</param>
/// <param name="Store">
/// The instruction that stores the integer in a local variable, or <see langword="null"/> if it stays on the stack.
/// </param>
/// <param name="Comparisons">The offsets of the comparisons whose result a local variable takes to the branch.</param>
internal sealed record IlSelection(
    Range Taken, Range Other, int End, IlInstruction? Store, IReadOnlyList<int> Comparisons)
{
    private const int MostInstructions = 32;

    private static readonly HashSet<string> Pure =
    [
        "ldc", "ldloc", "ldarg", "add", "sub", "mul", "div", "rem", "neg", "not", "and", "or", "xor", "shl", "shr",
        "conv", "nop",
    ];

    /// <summary>Returns the selections of a method by the index of their branch.</summary>
    public static IReadOnlyDictionary<int, IlSelection> Find(
        IlBody code, IReadOnlyDictionary<int, StackKind[]> stacks)
    {
        var instructions = code.Instructions;
        var found = new Dictionary<int, IlSelection>();
        var indices = instructions.Index().ToDictionary(entry => entry.Item.Offset, entry => entry.Index);
        var jumps = instructions.Index().SelectMany(entry =>
            code.Targets(entry.Item).Select(target => (From: entry.Index, To: indices.GetValueOrDefault(target))));
        var jumpsTo = jumps.ToLookup(jump => jump.To, jump => jump.From);
        var edges = code.Body.ExceptionHandlingClauses.SelectMany(clause => (int[])
            [clause.TryOffset, clause.TryOffset + clause.TryLength, clause.HandlerOffset,
                clause.HandlerOffset + clause.HandlerLength]).ToHashSet();
        for (int index = 0; index < instructions.Count; index++)
        {
            var branch = instructions[index];
            if (branch.OpCode.FlowControl != FlowControl.Cond_Branch || branch.OpCode == OpCodes.Switch
                || NumberSite.Find(code.Source, branch, stacks[branch.Offset])
                    is not { Kind: StackKind.Int32 or StackKind.Int64 or StackKind.Single or StackKind.Double })
            {
                continue;
            }
            int target = indices[code.Targets(branch).Single()];
            if (target <= index + 1 || target - index > MostInstructions) continue;
            if (At(index, target) is { } selection) found[index] = selection;
        }
        return found;

        IlSelection? At(int branch, int target)
        {
            var last = instructions[target - 1];
            bool hasElse = last.OpCode.FlowControl == FlowControl.Branch && last.OpCode != OpCodes.Leave
                && last.OpCode != OpCodes.Leave_S;
            int end = hasElse ? indices[code.Targets(last).Single()] : target;
            if (end < target || end - branch > MostInstructions || (hasElse && end == target)) return null;
            if (Enumerable.Range(branch + 1, end - branch - 1).Any(index => edges.Contains(instructions[index].Offset)
                || jumpsTo[index].Any(from => index != target || from != branch)))
            {
                return null;
            }
            var (other, taken) = ((branch + 1)..(hasElse ? target - 1 : target), target..end);
            (other, taken) = (Trimmed(other), Trimmed(taken));
            var stores = new[] { other, taken }.Where(side => !side.Start.Equals(side.End))
                .Select(side => instructions[side.End.Value - 1]).ToList();
            IlInstruction? store = null;
            if (stores.TrueForAll(IsStore))
            {
                store = stores[0];
                if (stores.Exists(other => code.Variable(other) != code.Variable(stores[0]))) return null;
                (other, taken) = (Shortened(other), Shortened(taken));
            }
            else if (!hasElse)
            {
                return null;
            }
            var local = store is { } instruction
                ? code.Body.LocalVariables[code.Variable(instruction)].LocalType
                : null;
            var kind = local is not null ? IlStack.KindOf(local)
                : stacks.TryGetValue(instructions[end].Offset, out var stack) && stack.Length > 0 ? stack[^1]
                : StackKind.Other;
            // A flag stays a condition, so that a refusal can name its line.
            return kind is StackKind.Int32 or StackKind.Int64 && local != typeof(bool)
                && IsPure(other, branch) && (taken.Start.Equals(taken.End) ? store is not null : IsPure(taken, branch))
                ? new(taken, other, end, store, Comparisons(branch))
                : null;
        }

        bool IsStore(IlInstruction instruction) =>
            instruction.OpCode.Name!.StartsWith("stloc", StringComparison.Ordinal);

        bool IsPure(Range side, int branch)
        {
            var (start, length) = side.GetOffsetAndLength(instructions.Count);
            return length > 0
                && Enumerable.Range(start, length).All(index => IsPureAt(index) || IsRepeated(index, branch))
                && !IsFlag(instructions[start + length - 1]);
        }

        bool IsPureAt(int index)
        {
            var instruction = instructions[index];
            if (instruction.OpCode.FlowControl == FlowControl.Call)
            {
                return instruction.OpCode == OpCodes.Call && code.Method(instruction) is
                { Name: "Min" or "Max" or "Floor" or "Ceiling" or "Sqrt" or "Pow" } called
                    && called.DeclaringType == typeof(Math);
            }
            // Reading a field of this cannot throw.
            if (instruction.OpCode == OpCodes.Ldfld)
            {
                return !code.Source.IsStatic && index > 0 && instructions[index - 1].OpCode == OpCodes.Ldarg_0;
            }
            string name = instruction.OpCode.Name!;
            return Pure.Contains(name.Split('.')[0]) && !name.Contains(".ovf", StringComparison.Ordinal);
        }

        // A size that the condition has read, such as x.shape[2], can be read again.
        bool IsRepeated(int index, int branch)
        {
            var read = instructions[index];
            bool isRead = read.OpCode.FlowControl == FlowControl.Call
                ? code.Method(read) is { Name: "get_shape" or "size" } called
                    && called.DeclaringType == typeof(torch.Tensor)
                : read.OpCode == OpCodes.Ldelem_I8 || read.OpCode == OpCodes.Ldelem_I4;
            if (!isRead) return false;
            int depth = stacks[read.Offset].Length - code.Pops(read);
            int start = index;
            while (start > 0 && stacks[instructions[start].Offset].Length > depth) start--;
            int end = read.OperandOffset + read.OperandSize(code.Bytes);
            var text = code.Bytes.AsSpan(instructions[start].Offset, end - instructions[start].Offset);
            for (int first = branch - 1; first >= 0; first--)
            {
                if (instructions[first].OpCode.FlowControl is not (FlowControl.Next or FlowControl.Call)) return false;
                var known = code.Bytes.AsSpan(
                    instructions[first].Offset, instructions[branch].Offset - instructions[first].Offset);
                if (known.StartsWith(text)) return true;
                if (jumpsTo.Contains(first)) return false;
            }
            return false;
        }

        bool IsFlag(IlInstruction instruction) => instruction.OpCode.Name!.Split('.')[0] switch
        {
            "ldloc" => code.Body.LocalVariables[code.Variable(instruction)].LocalType == typeof(bool),
            "ldarg" => code.Source.GetParameters()
                .ElementAtOrDefault(code.Variable(instruction) - (code.Source.IsStatic ? 0 : 1))?.ParameterType
                == typeof(bool),
            _ => instruction.OpCode == OpCodes.Ldfld && code.Field(instruction).FieldType == typeof(bool),
        };

        // A debug build compares, stores the flag in a variable, loads it and branches.
        IReadOnlyList<int> Comparisons(int branch)
        {
            var offsets = new List<int>();
            if (branch < 3 || !IsStore(instructions[branch - 2])
                || !instructions[branch - 1].OpCode.Name!.StartsWith("ldloc", StringComparison.Ordinal))
            {
                return offsets;
            }
            int flag = code.Variable(instructions[branch - 1]);
            bool IsUse(IlInstruction instruction) =>
                instruction.OpCode.Name!.Contains("loc", StringComparison.Ordinal)
                && instruction.OpCode.OperandType is OperandType.InlineNone or OperandType.ShortInlineVar
                    or OperandType.InlineVar
                && instruction.OpCode != OpCodes.Localloc && code.Variable(instruction) == flag;
            if (code.Variable(instructions[branch - 2]) != flag || instructions.Count(IsUse) != 2) return offsets;
            for (int index = branch - 3; index >= 0 && IsComparison(instructions[index]); index -= 2)
            {
                offsets.Add(instructions[index].Offset);
                // A comparison with false inverts the one before.
                if (index < 2 || instructions[index - 1].OpCode != OpCodes.Ldc_I4_0) break;
            }
            return offsets;
        }

        static bool IsComparison(IlInstruction instruction) =>
            instruction.OpCode.Name!.Split('.')[0] is "ceq" or "cgt" or "clt";

        // A debug build places nops at braces.
        Range Trimmed(Range side)
        {
            while (!side.Start.Equals(side.End) && instructions[side.End.Value - 1].OpCode == OpCodes.Nop)
            {
                side = Shortened(side);
            }
            return side;
        }

        static Range Shortened(Range side) => side.Start.Equals(side.End) ? side : side.Start..(side.End.Value - 1);
    }
}
