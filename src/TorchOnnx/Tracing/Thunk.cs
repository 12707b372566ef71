using System.Reflection;
using System.Reflection.Emit;

namespace TorchOnnx.Tracing;

/// <summary>
/// Emits methods that replace calls. A thunk pops the call's arguments from the stack and notifies the tracer. It then
/// runs the called method, or the rewritten copy if the tracer follows the method.
/// </summary>
internal static class Thunk
{
    /// <summary>
    /// Returns a value that indicates whether a call may lead to tensor work or to code that the tracer follows.
    /// </summary>
    public static bool IsNeeded(CallSite site)
    {
        var (target, type) = (site.Target, site.Target.DeclaringType);
        if (FrameworkMethods.Prints(target)) return true;
        if (type is null || site.StackTypes.Any(IsUnsupported) || site.ReturnType.IsByRef) return false;
        // The constructors of delegates and closures contain no user code.
        if (site.IsConstruction)
        {
            return !typeof(Delegate).IsAssignableFrom(type) && !type.Name.StartsWith("<>c", StringComparison.Ordinal)
                && (!CodeOrigin.IsFramework(target) || MayCallBack(target));
        }
        if (target.IsConstructor) return false;
        if (typeof(Delegate).IsAssignableFrom(type)) return target.Name == "Invoke";
        if (site.Constraint is { IsValueType: true } constraint) return CodeOrigin.IsUsers(constraint);
        return !CodeOrigin.IsFramework(target) || MayCallBack(target) || (site.IsVirtual && !type.IsSealed)
            || FrameworkMethods.Varies(target) || NumberCall.IsWatched(site);
    }

    /// <summary>Returns a thunk that replaces a call.</summary>
    public static DynamicMethod Make(CallSite site, RewrittenCode code)
    {
        Type[] types = site.StackTypes;
        var owner = (site.Caller ?? site.Target).Module;
        var thunk = new DynamicMethod($"trace {site.Target.Name}", site.ReturnType, types, owner, skipVisibility: true);
        if (FrameworkMethods.Prints(site.Target)) EmitPrinting(thunk.GetILGenerator(), site, types);
        else Emit(thunk.GetILGenerator(), site, types, code.Add(site));
        return thunk;
    }

    // The handlers of interpolated strings can be neither boxed nor copied.
    private static void EmitPrinting(ILGenerator il, CallSite site, Type[] types)
    {
        var created = il.DeclareLocal(typeof(long));
        il.Emit(OpCodes.Call, typeof(HiddenWork).GetProperty(nameof(HiddenWork.Created))!.GetMethod!);
        il.Emit(OpCodes.Stloc, created);
        for (int index = 0; index < types.Length; index++) il.Emit(OpCodes.Ldarg, index);
        EmitCall(il, site);
        il.Emit(OpCodes.Ldloc, created);
        il.Emit(OpCodes.Call, typeof(Tracer).GetMethod(nameof(Tracer.Printed))!);
        il.Emit(OpCodes.Ret);
    }

    private static void Emit(ILGenerator il, CallSite site, Type[] types, int number)
    {
        var call = il.DeclareLocal(typeof(TracedCall));
        var result = site.ReturnType == typeof(void) ? null : il.DeclareLocal(site.ReturnType);
        LoadArguments(il, types);
        il.Emit(OpCodes.Ldc_I4, number);
        il.Emit(OpCodes.Call, typeof(Tracer).GetMethod(nameof(Tracer.Enter))!);
        il.Emit(OpCodes.Stloc, call);
        il.BeginExceptionBlock();
        var original = il.DefineLabel();
        var done = il.DefineLabel();
        il.Emit(OpCodes.Ldloc, call);
        il.Emit(OpCodes.Ldfld, typeof(TracedCall).GetField(nameof(TracedCall.Copy))!);
        il.Emit(OpCodes.Brfalse, original);
        if (!site.IsConstruction) CallCopy(il, site, types, call);
        if (result is not null && !site.IsConstruction) il.Emit(OpCodes.Stloc, result);
        il.Emit(OpCodes.Br, done);
        il.MarkLabel(original);
        CallOriginal(il, site, types, call);
        if (result is not null) il.Emit(OpCodes.Stloc, result);
        il.MarkLabel(done);
        Leave(il, call, result);
        if (result?.LocalType == typeof(bool))
        {
            il.Emit(OpCodes.Ldloc, result);
            il.Emit(OpCodes.Ldloc, call);
            il.Emit(OpCodes.Ldfld, typeof(TracedCall).GetField(nameof(TracedCall.IsInverted))!);
            il.Emit(OpCodes.Xor);
            il.Emit(OpCodes.Stloc, result);
        }
        il.BeginFinallyBlock();
        il.Emit(OpCodes.Ldloc, call);
        il.Emit(OpCodes.Call, typeof(Tracer).GetMethod(nameof(Tracer.Exit))!);
        il.EndExceptionBlock();
        if (result is not null) il.Emit(OpCodes.Ldloc, result);
        il.Emit(OpCodes.Ret);
    }

    // Makes an object[] of the arguments, with references dereferenced and spans copied.
    private static void LoadArguments(ILGenerator il, Type[] types)
    {
        il.Emit(OpCodes.Ldc_I4, types.Length);
        il.Emit(OpCodes.Newarr, typeof(object));
        for (int index = 0; index < types.Length; index++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, index);
            LoadBoxed(il, types[index], index);
            il.Emit(OpCodes.Stelem_Ref);
        }
    }

    private static void LoadBoxed(ILGenerator il, Type type, int index)
    {
        if (SpanElement(type) is not null)
        {
            il.Emit(OpCodes.Ldarga, index);
            il.Emit(OpCodes.Call, type.GetMethod("ToArray")!);
        }
        else if (type.IsByRef)
        {
            var element = type.GetElementType()!;
            il.Emit(OpCodes.Ldarg, index);
            il.Emit(OpCodes.Ldobj, element);
            il.Emit(OpCodes.Box, element);
        }
        else if (type.IsPointer)
        {
            il.Emit(OpCodes.Ldnull);
        }
        else
        {
            il.Emit(OpCodes.Ldarg, index);
            il.Emit(OpCodes.Box, type);
        }
    }

    private static void CallCopy(ILGenerator il, CallSite site, Type[] types, LocalBuilder call)
    {
        Type[] copied = [.. types];
        bool byReference = site.HasThis && !types[0].IsByRef;
        var boxed = site.Constraint is { } constraint && TakesObject(constraint, site.Target) ? constraint : null;
        if (site.HasThis && (byReference || boxed is not null)) copied[0] = typeof(object);
        var type = MethodCopy.DelegateType(copied, site.ReturnType);
        il.Emit(OpCodes.Ldloc, call);
        il.Emit(OpCodes.Ldfld, typeof(TracedCall).GetField(nameof(TracedCall.Copy))!);
        il.Emit(OpCodes.Castclass, type);
        for (int index = 0; index < types.Length; index++)
        {
            il.Emit(OpCodes.Ldarg, index);
            if (index > 0 || boxed is null) continue;
            il.Emit(OpCodes.Ldobj, boxed);
            il.Emit(OpCodes.Box, boxed);
        }
        il.Emit(OpCodes.Callvirt, type.GetMethod("Invoke")!);
    }

    // A structure that inherits a default method of an interface is boxed for the call.
    private static bool TakesObject(Type constraint, MethodBase target)
    {
        if (!constraint.IsValueType) return true;
        if (target.DeclaringType is not { IsInterface: true } contract) return false;
        var map = constraint.GetInterfaceMap(contract);
        int index = Array.FindIndex(map.InterfaceMethods, method => method.MetadataToken == target.MetadataToken);
        return index >= 0 && map.TargetMethods[index].DeclaringType!.IsInterface;
    }

    // The tracer has wrapped delegates and enumerated sequences, so the call takes them from its arguments.
    private static void CallOriginal(ILGenerator il, CallSite site, Type[] types, LocalBuilder call)
    {
        for (int index = 0; index < types.Length; index++)
        {
            if (!IsReplaced(types[index]))
            {
                il.Emit(OpCodes.Ldarg, index);
                continue;
            }
            il.Emit(OpCodes.Ldloc, call);
            il.Emit(OpCodes.Ldfld, typeof(TracedCall).GetField(nameof(TracedCall.Arguments))!);
            il.Emit(OpCodes.Ldc_I4, index);
            il.Emit(OpCodes.Ldelem_Ref);
            il.Emit(OpCodes.Castclass, types[index]);
        }
        EmitCall(il, site);
    }

    private static void EmitCall(ILGenerator il, CallSite site)
    {
        if (site.Constraint is { } constraint) il.Emit(OpCodes.Constrained, constraint);
        if (site.Target is ConstructorInfo constructor)
        {
            il.Emit(site.IsConstruction ? OpCodes.Newobj : OpCodes.Call, constructor);
        }
        else
        {
            il.Emit(site.IsVirtual ? OpCodes.Callvirt : OpCodes.Call, (MethodInfo)site.Target);
        }
    }

    private static void Leave(ILGenerator il, LocalBuilder call, LocalBuilder? result)
    {
        il.Emit(OpCodes.Ldloc, call);
        // Spans and pointers cannot be boxed; the tracer has seen the call before it ran.
        if (result is null || result.LocalType.IsByRefLike || result.LocalType.IsPointer)
        {
            il.Emit(OpCodes.Ldnull);
        }
        else
        {
            il.Emit(OpCodes.Ldloc, result);
            il.Emit(OpCodes.Box, result.LocalType);
        }
        il.Emit(OpCodes.Call, typeof(Tracer).GetMethod(nameof(Tracer.Leave))!);
    }

    // A delegate or an interface may be implemented by user code.
    private static bool MayCallBack(MethodBase method) => method.GetParameters().Any(parameter =>
        typeof(Delegate).IsAssignableFrom(parameter.ParameterType) || parameter.ParameterType.IsInterface);

    private static bool IsReplaced(Type type) => typeof(Delegate).IsAssignableFrom(type)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>));

    private static Type? SpanElement(Type type) =>
        type.IsGenericType
            && (type.GetGenericTypeDefinition() == typeof(ReadOnlySpan<>)
                || type.GetGenericTypeDefinition() == typeof(Span<>))
            ? type.GetGenericArguments()[0]
            : null;

    // These types can be neither boxed nor copied.
    private static bool IsUnsupported(Type type) =>
        (type.IsByRefLike && SpanElement(type) is null) || (type.IsByRef && type.GetElementType()!.IsByRefLike)
        || type.IsFunctionPointer;
}
