using System.Buffers.Binary;
using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;

namespace TorchOnnx.Tracing;

/// <summary>
/// Copies a method, redirects every call that may lead to tensor work to a <see cref="Thunk"/>, and replaces the
/// instructions that compute with numbers by a <see cref="NumberThunk"/>.
/// </summary>
internal static class MethodCopy
{
    /// <summary>Returns the copy, which takes the instance as its first argument.</summary>
    /// <exception cref="NotSupportedException">The method contains an instruction that cannot be copied.</exception>
    public static Delegate Make(MethodBase method, RewrittenCode code)
    {
        Type[] parameters = [.. method.GetParameters().Select(parameter => parameter.ParameterType)];
        if (!method.IsStatic)
        {
            // All overrides share a delegate type, so the instance is an object.
            var type = method.DeclaringType!;
            parameters = [type.IsValueType ? type.MakeByRefType() : typeof(object), .. parameters];
        }
        var returnType = (method as MethodInfo)?.ReturnType ?? typeof(void);
        var copy = new DynamicMethod(method.Name, returnType, parameters, method.Module, skipVisibility: true);
        var body = new IlBody(method);
        new Copier(body, copy.GetDynamicILInfo(), code).Copy();
        copy.InitLocals = body.Body.InitLocals;
        return copy.CreateDelegate(DelegateType(parameters, returnType));
    }

    /// <summary>Returns a delegate that unboxes its first argument and calls a structure's copied method.</summary>
    public static Delegate Box(Delegate copy, Type structure)
    {
        var invoke = copy.GetType().GetMethod("Invoke")!;
        Type[] parameters =
            [typeof(object), .. invoke.GetParameters().Skip(1).Select(parameter => parameter.ParameterType)];
        var boxed = new DynamicMethod(
            structure.Name, invoke.ReturnType, [copy.GetType(), .. parameters], structure.Module, skipVisibility: true);
        var il = boxed.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Unbox, structure);
        for (int index = 1; index < parameters.Length; index++) il.Emit(OpCodes.Ldarg, index + 1);
        il.Emit(OpCodes.Callvirt, invoke);
        il.Emit(OpCodes.Ret);
        return boxed.CreateDelegate(DelegateType(parameters, invoke.ReturnType), copy);
    }

    /// <summary>
    /// Returns a delegate type for a signature that may have references, spans and any number of parameters.
    /// </summary>
    public static Type DelegateType(IEnumerable<Type> parameters, Type returnType) =>
        Expression.GetDelegateType([.. parameters, returnType]);

    private sealed class Copier(IlBody code, DynamicILInfo target, RewrittenCode rewritten)
    {
        private readonly List<byte> _copied = [];
        private readonly IReadOnlyDictionary<int, StackKind[]> _stacks = new IlStack(code).Find();
        private IReadOnlyDictionary<int, IlSelection> _selections = new Dictionary<int, IlSelection>();
        private HashSet<int> _values = [];
        private bool _isSide;

        // The offset of each instruction in the copy, and the branches to translate: the place of the operand, the end
        // of the instruction and the original target.
        private readonly Dictionary<int, int> _offsets = [];
        private readonly List<(int Place, int End, int Target)> _jumps = [];

        public void Copy()
        {
            _selections = IlSelection.Find(code, _stacks);
            _values = [.. _selections.Values.SelectMany(selection => selection.Comparisons)];
            Copy(0, code.Instructions.Count);
            _offsets[code.Bytes.Length] = _copied.Count;
            byte[] copied = [.. _copied];
            foreach (var (place, end, jump) in _jumps)
            {
                BinaryPrimitives.WriteInt32LittleEndian(copied.AsSpan(place), _offsets[jump] - end);
            }
            // A thunk also takes the number of its site. A selection takes the outcome, both sides and three sites.
            target.SetCode(copied, code.Body.MaxStackSize + 8);
            target.SetLocalSignature(Locals());
            if (code.Body.ExceptionHandlingClauses.Count > 0) target.SetExceptions(Exceptions());
        }

        private void Copy(int start, int end)
        {
            Type? constraint = null;
            int constraintPlace = 0;
            bool isPrefixed = false;
            for (int index = start; index < end; index++)
            {
                var instruction = code.Instructions[index];
                _offsets[instruction.Offset] = _copied.Count;
                var stack = _stacks[instruction.Offset];
                if (instruction.OpCode == OpCodes.Constrained)
                {
                    constraint = code.Type(instruction);
                    constraintPlace = _copied.Count;
                }
                if (instruction.OpCode.FlowControl == FlowControl.Call && instruction.OpCode != OpCodes.Calli)
                {
                    Call(instruction, constraint, constraintPlace);
                }
                else if (!isPrefixed && NumberSite.Find(code.Source, instruction, stack) is { } site)
                {
                    if (_selections.TryGetValue(index, out var selection))
                    {
                        Select(instruction, site, stack, selection);
                        index = selection.End - 1;
                        continue;
                    }
                    Compute(instruction, site with { IsValue = _values.Contains(instruction.Offset) }, stack);
                }
                else
                {
                    Translate(instruction);
                }
                isPrefixed = instruction.OpCode.OpCodeType == OpCodeType.Prefix;
                if (!isPrefixed) constraint = null;
            }
        }

        // Runs both sides and selects the result by arithmetic.
        private void Select(IlInstruction branch, NumberSite site, StackKind[] stack, IlSelection selection)
        {
            site = site with { IsValue = true };
            Add(OpCodes.Ldc_I4);
            Add(rewritten.Add(site));
            Add(OpCodes.Call);
            Add(target.GetTokenFor(NumberThunk.Of(site, branch.OpCode, stack)));
            bool isTest = NumberThunk.IsTest(site);
            if (isTest)
            {
                CallThunk(stack[^1] == StackKind.Int64 ? nameof(NumberThunk.IsTrue64) : nameof(NumberThunk.IsTrue));
            }
            Add(OpCodes.Conv_I8);
            bool isInverted = isTest && branch.OpCode.Name!.StartsWith("brfalse", StringComparison.Ordinal);
            var kind = Side(selection.Other, selection);
            Side(selection.Taken, selection);
            foreach (var operation in
                (NumberOperation[])[NumberOperation.Subtract, NumberOperation.Multiply, NumberOperation.Add])
            {
                AddValue(branch, operation);
            }
            CallThunk(isInverted ? nameof(NumberThunk.SelectInverted) : nameof(NumberThunk.Select));
            if (kind == StackKind.Int32) Add(OpCodes.Conv_I4);
            if (selection.Store is { } store) Translate(store);
        }

        // Leaves the result of a side on the stack as an int64.
        private StackKind Side(Range side, IlSelection selection)
        {
            var (start, length) = side.GetOffsetAndLength(code.Instructions.Count);
            if (length == 0)
            {
                Add(OpCodes.Ldloc);
                int variable = code.Variable(selection.Store!.Value);
                _copied.AddRange([(byte)variable, (byte)(variable >> 8)]);
            }
            else
            {
                _isSide = true;
                Copy(start, start + length);
                _isSide = false;
            }
            var kind = selection.Store is { } store
                ? IlStack.KindOf(code.Body.LocalVariables[code.Variable(store)].LocalType)
                : _stacks[code.Instructions[selection.End].Offset][^1];
            if (kind == StackKind.Int32) Add(OpCodes.Conv_I8);
            return kind;
        }

        private void AddValue(IlInstruction instruction, NumberOperation operation)
        {
            Add(OpCodes.Ldc_I4);
            Add(rewritten.Add(new NumberSite(code.Source, instruction.Offset, operation, StackKind.Int64)
            {
                IsValue = true,
            }));
        }

        private void CallThunk(string name)
        {
            Add(OpCodes.Call);
            Add(TokenFor(typeof(NumberThunk).GetMethod(name)!));
        }

        private void Translate(IlInstruction instruction)
        {
            var opCode = instruction.OpCode;
            // The thunk replaces the call, so the tail prefix no longer applies.
            if (opCode == OpCodes.Tailcall) return;
            if (opCode.OperandType
                is OperandType.ShortInlineBrTarget or OperandType.InlineBrTarget or OperandType.InlineSwitch)
            {
                Jump(opCode, [.. code.Targets(instruction)]);
                return;
            }
            int? token = opCode.OperandType switch
            {
                OperandType.InlineMethod => TokenFor(code.Method(instruction)),
                OperandType.InlineField => TokenFor(code.Field(instruction)),
                OperandType.InlineType => target.GetTokenFor(code.Type(instruction).TypeHandle),
                OperandType.InlineString => target.GetTokenFor(code.String(instruction)),
                OperandType.InlineTok => TokenFor(code.Member(instruction)),
                OperandType.InlineSig => throw new NotSupportedException("it calls through a function pointer"),
                _ => null,
            };
            Add(opCode);
            if (token is { } number) Add(number);
            else _copied.AddRange(code.Bytes.AsSpan(instruction.OperandOffset, instruction.OperandSize(code.Bytes)));
        }

        private void Call(IlInstruction instruction, Type? constraint, int constraintPlace)
        {
            var called = code.Method(instruction);
            var site = new CallSite(
                code.Source, instruction.Offset, called, instruction.OpCode == OpCodes.Callvirt && called.IsVirtual,
                instruction.OpCode == OpCodes.Newobj, constraint);
            if (!Thunk.IsNeeded(site))
            {
                Add(instruction.OpCode);
                Add(TokenFor(called));
                return;
            }
            // The thunk contains its own constrained prefix.
            if (constraint is not null) _copied.RemoveRange(constraintPlace, _copied.Count - constraintPlace);
            Add(OpCodes.Call);
            Add(target.GetTokenFor(Thunk.Make(site, rewritten)));
        }

        private void Compute(IlInstruction instruction, NumberSite site, StackKind[] stack)
        {
            // The other side may exclude a division by 0.
            if (_isSide && stack[^1] is StackKind.Int32 or StackKind.Int64
                && site.Operation is NumberOperation.Divide or NumberOperation.Remainder)
            {
                if (stack[^1] == StackKind.Int32) Add(OpCodes.Conv_I8);
                foreach (var operation in (NumberOperation[])[NumberOperation.Equal, NumberOperation.Add])
                {
                    AddValue(instruction, operation);
                }
                CallThunk(nameof(NumberThunk.NotZero));
                if (stack[^1] == StackKind.Int32) Add(OpCodes.Conv_I4);
            }
            Add(OpCodes.Ldc_I4);
            Add(rewritten.Add(site));
            Add(OpCodes.Call);
            Add(target.GetTokenFor(NumberThunk.Of(site, instruction.OpCode, stack)));
            if (NumberThunk.IsTest(site))
            {
                Translate(instruction);
            }
            else if (instruction.OpCode.FlowControl == FlowControl.Cond_Branch)
            {
                Jump(OpCodes.Brtrue, [.. code.Targets(instruction)]);
            }
        }

        // Short branches become long ones, because the copy is longer.
        private void Jump(OpCode opCode, int[] targets)
        {
            if (opCode.OperandType == OperandType.ShortInlineBrTarget)
            {
                _copied.Add((byte)(opCode == OpCodes.Leave_S
                    ? OpCodes.Leave.Value
                    : opCode.Value + (OpCodes.Br.Value - OpCodes.Br_S.Value)));
            }
            else
            {
                Add(opCode);
            }
            if (opCode == OpCodes.Switch) Add(targets.Length);
            int end = _copied.Count + 4 * targets.Length;
            foreach (int jump in targets)
            {
                _jumps.Add((_copied.Count, end, jump));
                Add(0);
            }
        }

        private void Add(OpCode opCode)
        {
            if (opCode.Size == 2) _copied.Add((byte)(opCode.Value >> 8));
            _copied.Add((byte)opCode.Value);
        }

        private void Add(int operand)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, operand);
            _copied.AddRange(bytes);
        }

        private byte[] Locals()
        {
            var signature = SignatureHelper.GetLocalVarSigHelper();
            foreach (var local in code.Body.LocalVariables) signature.AddArgument(local.LocalType, local.IsPinned);
            return signature.GetSignature();
        }

        // ECMA-335, partition II, 25.4.6: fat exception clauses.
        private byte[] Exceptions()
        {
            var clauses = code.Body.ExceptionHandlingClauses;
            var bytes = new byte[4 + 24 * clauses.Count];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, 0x41 | (bytes.Length << 8));
            foreach (var (index, clause) in clauses.Index())
            {
                int last = clause.Flags switch
                {
                    ExceptionHandlingClauseOptions.Clause => target.GetTokenFor(clause.CatchType!.TypeHandle),
                    ExceptionHandlingClauseOptions.Filter => _offsets[clause.FilterOffset],
                    _ => 0,
                };
                int start = _offsets[clause.TryOffset], handler = _offsets[clause.HandlerOffset];
                int[] fields =
                [
                    (int)clause.Flags, start, _offsets[clause.TryOffset + clause.TryLength] - start,
                    handler, _offsets[clause.HandlerOffset + clause.HandlerLength] - handler, last,
                ];
                foreach (var (place, field) in fields.Index())
                {
                    BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 + 24 * index + 4 * place), field);
                }
            }
            return bytes;
        }

        private int TokenFor(MemberInfo member) => member switch
        {
            Type type => target.GetTokenFor(type.TypeHandle),
            FieldInfo field when field.DeclaringType is { } type =>
                target.GetTokenFor(field.FieldHandle, type.TypeHandle),
            FieldInfo field => target.GetTokenFor(field.FieldHandle),
            MethodBase called when called.DeclaringType is { } type =>
                target.GetTokenFor(called.MethodHandle, type.TypeHandle),
            MethodBase called => target.GetTokenFor(called.MethodHandle),
            _ => throw new NotSupportedException($"it names a {member.MemberType} as an operand"),
        };
    }
}
