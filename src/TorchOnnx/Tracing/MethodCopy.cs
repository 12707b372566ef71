using System.Buffers.Binary;
using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;

namespace TorchOnnx.Tracing;

/// <summary>
/// Copies a method and redirects every call that may lead to tensor work to a <see cref="Thunk"/>. All other
/// instructions stay as the compiler wrote them.
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
        new Copier(method, copy.GetDynamicILInfo(), code).Copy();
        copy.InitLocals = method.GetMethodBody()!.InitLocals;
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

    private sealed class Copier(MethodBase method, DynamicILInfo target, RewrittenCode code)
    {
        private readonly Type[]? _typeArguments = method.DeclaringType?.GetGenericArguments();
        private readonly Type[]? _methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        private readonly MethodBody _body = method.GetMethodBody()!;

        public void Copy()
        {
            byte[] il = _body.GetILAsByteArray()!;
            byte[] copied = [.. il];
            Type? constraint = null;
            int constraintOffset = 0;
            foreach (var instruction in IlInstruction.Read(il))
            {
                if (instruction.OpCode == OpCodes.Constrained)
                {
                    constraint = Type(Token(il, instruction));
                    constraintOffset = instruction.Offset;
                }
                Translate(il, copied, instruction, constraint, constraintOffset);
                if (instruction.OpCode.OpCodeType != OpCodeType.Prefix) constraint = null;
            }
            target.SetCode(copied, Math.Max(_body.MaxStackSize, 8));
            target.SetLocalSignature(Locals());
            if (_body.ExceptionHandlingClauses.Count > 0) target.SetExceptions(Exceptions());
        }

        private void Translate(
            byte[] il, byte[] copied, IlInstruction instruction, Type? constraint, int constraintOffset)
        {
            switch (instruction.OpCode.OperandType)
            {
                case OperandType.InlineMethod when instruction.OpCode.FlowControl == FlowControl.Call:
                    Call(il, copied, instruction, constraint, constraintOffset);
                    break;
                case OperandType.InlineMethod:
                    Write(copied, instruction, TokenFor(Method(Token(il, instruction))));
                    break;
                case OperandType.InlineField:
                    Write(copied, instruction, TokenFor(Field(Token(il, instruction))));
                    break;
                case OperandType.InlineType:
                    Write(copied, instruction, target.GetTokenFor(Type(Token(il, instruction)).TypeHandle));
                    break;
                case OperandType.InlineString:
                    Write(copied, instruction, target.GetTokenFor(method.Module.ResolveString(Token(il, instruction))));
                    break;
                case OperandType.InlineTok:
                    Write(copied, instruction, TokenFor(method.Module.ResolveMember(
                        Token(il, instruction), _typeArguments, _methodArguments)!));
                    break;
                case OperandType.InlineSig:
                    throw new NotSupportedException("it calls through a function pointer");
            }
            // The thunk replaces the call, so the tail prefix no longer applies.
            if (instruction.OpCode == OpCodes.Tailcall)
            {
                copied.AsSpan(instruction.Offset, 2).Fill((byte)OpCodes.Nop.Value);
            }
        }

        private void Call(byte[] il, byte[] copied, IlInstruction instruction, Type? constraint, int constraintOffset)
        {
            var called = Method(Token(il, instruction));
            var site = new CallSite(
                method, instruction.Offset, called, instruction.OpCode == OpCodes.Callvirt && called.IsVirtual,
                instruction.OpCode == OpCodes.Newobj, constraint);
            if (!Thunk.IsNeeded(site))
            {
                Write(copied, instruction, TokenFor(called));
                return;
            }
            // The thunk contains its own constrained prefix.
            if (constraint is not null) copied.AsSpan(constraintOffset, 6).Fill((byte)OpCodes.Nop.Value);
            copied[instruction.Offset] = (byte)OpCodes.Call.Value;
            Write(copied, instruction, target.GetTokenFor(Thunk.Make(site, code)));
        }

        private byte[] Locals()
        {
            var signature = SignatureHelper.GetLocalVarSigHelper();
            foreach (var local in _body.LocalVariables) signature.AddArgument(local.LocalType, local.IsPinned);
            return signature.GetSignature();
        }

        // ECMA-335, partition II, 25.4.6: fat exception clauses.
        private byte[] Exceptions()
        {
            var clauses = _body.ExceptionHandlingClauses;
            var bytes = new byte[4 + 24 * clauses.Count];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, 0x41 | (bytes.Length << 8));
            foreach (var (index, clause) in clauses.Index())
            {
                int last = clause.Flags switch
                {
                    ExceptionHandlingClauseOptions.Clause => target.GetTokenFor(clause.CatchType!.TypeHandle),
                    ExceptionHandlingClauseOptions.Filter => clause.FilterOffset,
                    _ => 0,
                };
                int[] fields =
                [
                    (int)clause.Flags, clause.TryOffset, clause.TryLength, clause.HandlerOffset, clause.HandlerLength,
                    last,
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

        private MethodBase Method(int token) => method.Module.ResolveMethod(token, _typeArguments, _methodArguments)!;

        private FieldInfo Field(int token) => method.Module.ResolveField(token, _typeArguments, _methodArguments)!;

        private Type Type(int token) => method.Module.ResolveType(token, _typeArguments, _methodArguments);

        private static int Token(byte[] il, IlInstruction instruction) =>
            BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(instruction.OperandOffset));

        private static void Write(byte[] copied, IlInstruction instruction, int token) =>
            BinaryPrimitives.WriteInt32LittleEndian(copied.AsSpan(instruction.OperandOffset), token);
    }
}
