using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>
/// Reads the IL of all methods that a module's <c>forward</c> may call, and finds the fields that they fill.
/// </summary>
internal sealed class ForwardCode
{
    // Methods that put elements into a collection.
    private static readonly string[] Adding =
    [
        "set_Item", "Add", "TryAdd", "GetOrAdd", "AddOrUpdate", "Insert", "AddRange", "Enqueue", "Push", "AddLast",
        "AddFirst", "TryUpdate",
    ];

    private readonly HashSet<MethodBase> _seen = [];
    private readonly Queue<MethodBase> _waiting = [];
    private readonly HashSet<Type> _types = [];
    private readonly HashSet<MethodInfo> _virtual = [];
    private readonly Dictionary<FieldInfo, (MethodBase Method, int Offset)> _filled = [];
    private readonly HashSet<FieldInfo> _statics = [];

    private ForwardCode() { }

    /// <summary>Gets the static fields that the code reads or writes.</summary>
    public IReadOnlySet<FieldInfo> Statics => _statics;

    /// <summary>
    /// Gets the fields that the code sets, or whose collections it fills, with the instruction that does so.
    /// </summary>
    public IReadOnlyDictionary<FieldInfo, (MethodBase Method, int Offset)> Filled => _filled;

    /// <summary>Gets a value that indicates whether the code registers buffers, parameters or modules.</summary>
    public bool Registers { get; private set; }

    /// <param name="objects">The objects that a module holds, which decide the overrides of virtual methods.</param>
    public static ForwardCode Of(IEnumerable<object> objects)
    {
        var code = new ForwardCode();
        foreach (object value in objects)
        {
            if (value is Delegate function) code.Reach(function.Method);
            if (!CodeOrigin.IsUsers(value.GetType())) continue;
            code.Meet(value.GetType());
            if (value is torch.nn.Module) code.ReachForward(value.GetType());
        }
        while (code._waiting.TryDequeue(out var method)) code.Read(method);
        return code;
    }

    private void ReachForward(Type type)
    {
        foreach (var method in type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (method.Name == "forward") Reach(method);
        }
    }

    private void Meet(Type type)
    {
        if (!_types.Add(type)) return;
        foreach (var method in _virtual.ToList()) ReachOverride(type, method);
    }

    private void Reach(MethodBase method)
    {
        if (!CodeOrigin.IsUsers(method) || method.ContainsGenericParameters) return;
        if (method is MethodInfo { IsVirtual: true } overridable && _virtual.Add(overridable))
        {
            foreach (var type in _types.ToList()) ReachOverride(type, overridable);
        }
        if (CodeOrigin.HasBody(method) && method.DeclaringType is not null && _seen.Add(method))
        {
            _waiting.Enqueue(method);
        }
    }

    private void ReachOverride(Type type, MethodInfo method)
    {
        if (!method.DeclaringType!.IsAssignableFrom(type)) return;
        if (!method.DeclaringType.IsInterface)
        {
            foreach (var other in type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                if (other.GetBaseDefinition() == method.GetBaseDefinition()) Reach(other);
            }
            return;
        }
        var map = type.GetInterfaceMap(method.DeclaringType);
        foreach (var (declared, target) in map.InterfaceMethods.Zip(map.TargetMethods))
        {
            if (declared.MetadataToken == method.MetadataToken && target is not null) Reach(target);
        }
    }

    private void Read(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il) return;
        List<(FieldInfo Field, int Offset)> loaded = [], addresses = [];
        List<Type> extended = [];
        foreach (var instruction in IlInstruction.Read(il))
        {
            switch (instruction.OpCode.OperandType)
            {
                case OperandType.InlineField when Resolve(method, il, instruction) is FieldInfo field:
                    ReadField(method, field, instruction, loaded, addresses);
                    break;
                case OperandType.InlineMethod when Resolve(method, il, instruction) is MethodBase called:
                    ReadCall(method, called, instruction, loaded, addresses, extended);
                    break;
                default:
                    if (instruction.OpCode == OpCodes.Stelem_Ref) extended.Add(typeof(Array));
                    break;
            }
        }
        foreach (var (field, offset) in loaded)
        {
            if (extended.Any(type => type.IsAssignableFrom(field.FieldType))) Fill(field, method, offset);
        }
    }

    private void ReadField(
        MethodBase method, FieldInfo field, IlInstruction instruction, List<(FieldInfo, int)> loaded,
        List<(FieldInfo, int)> addresses)
    {
        if (field.IsStatic && IsState(field)) _statics.Add(field);
        var opCode = instruction.OpCode;
        if (opCode == OpCodes.Stfld || opCode == OpCodes.Stsfld) Fill(field, method, instruction.Offset);
        else if (opCode == OpCodes.Ldflda || opCode == OpCodes.Ldsflda) addresses.Add((field, instruction.Offset));
        else loaded.Add((field, instruction.Offset));
    }

    private void ReadCall(
        MethodBase method, MethodBase called, IlInstruction instruction, List<(FieldInfo, int)> loaded,
        List<(FieldInfo Field, int Offset)> addresses, List<Type> extended)
    {
        Reach(called);
        if (called.IsConstructor && instruction.OpCode == OpCodes.Newobj) Meet(called.DeclaringType!);
        Registers |= CodeOrigin.IsTorch(called) && called.Name.StartsWith("register_", StringComparison.Ordinal);
        if (Adding.Contains(called.Name) && CodeOrigin.IsFramework(called)) extended.Add(called.DeclaringType!);
        // The getter of an automatic property.
        if (called.Name.StartsWith("get_", StringComparison.Ordinal) && called.DeclaringType?.GetField(
            $"<{called.Name[4..]}>k__BackingField",
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic) is { } property)
        {
            loaded.Add((property, instruction.Offset));
        }
        // Interlocked.Increment(ref field), for example.
        foreach (var (field, offset) in addresses)
        {
            if (called.GetParameters().Any(parameter => parameter.ParameterType == field.FieldType.MakeByRefType()))
            {
                Fill(field, method, offset);
            }
        }
    }

    private void Fill(FieldInfo field, MethodBase method, int offset)
    {
        // A constructor that forward calls fills a new object.
        bool isNew = method.IsConstructor && !method.IsStatic && method.DeclaringType == field.DeclaringType;
        if (!isNew && IsState(field)) _filled.TryAdd(field, (method, offset));
    }

    // The compiler caches the delegates of lambdas in static fields.
    private static bool IsState(FieldInfo field) => CodeOrigin.IsUsers(field) && !field.IsLiteral
        && !typeof(Delegate).IsAssignableFrom(field.FieldType)
        && !field.FieldType.IsPointer && !field.FieldType.IsFunctionPointer;

    /// <summary>Returns the member that an instruction names, or <see langword="null"/>.</summary>
    public static MemberInfo? Resolve(MethodBase method, byte[] il, IlInstruction instruction)
    {
        try
        {
            return method.Module.ResolveMember(
                BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(instruction.OperandOffset)),
                method.DeclaringType?.GetGenericArguments(),
                method.IsGenericMethod ? method.GetGenericArguments() : null);
        }
        catch (Exception e) when (e is ArgumentException or BadImageFormatException or TypeLoadException
            or FileNotFoundException or NotSupportedException)
        {
            return null;
        }
    }
}
