using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using System.Text.RegularExpressions;
using TorchOnnx.Tracing;

namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>
/// Reads out of a converter's compiled code which ONNX operators it names, on any of its ways, or the reason for which it
/// refuses on all of them.
/// </summary>
internal sealed partial class ConverterOperators
{
    private static readonly Assembly Exporter = typeof(ConverterRegistry).Assembly;
    // Values of attributes that look like operators.
    private static readonly HashSet<string> Others = ["DCR", "CRD"];

    private readonly SortedSet<string> _operators = new(StringComparer.Ordinal);
    private readonly HashSet<object> _seen = [];

    public ConverterOperators(Delegate converter) => Read(converter);

    public IReadOnlyCollection<string> Operators => _operators;

    /// <summary>Why it refuses; null where it writes something or passes its input on.</summary>
    public string? Reason { get; private set; }

    private void Read(Delegate converter)
    {
        Read(converter.Method);
        if (converter.Target is { } closure) ReadFields(closure);
    }

    // What a lambda has captured: names of operators, other converters, closures around it.
    private void ReadFields(object closure)
    {
        if (closure.GetType().Assembly != Exporter || !_seen.Add(closure)) return;
        foreach (var field in closure.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            switch (field.GetValue(closure))
            {
                case string text when field.Name == "reason":
                    Reason = text;
                    break;
                case string text:
                    Add(text);
                    break;
                case Delegate inner:
                    Read(inner);
                    break;
                case { } value when field.FieldType.Name.StartsWith('<'):
                    ReadFields(value);
                    break;
            }
    }

    private void Read(MethodBase method)
    {
        if (method.Module.Assembly != Exporter || !CodeOrigin.HasBody(method) || !_seen.Add(method)) return;
        byte[] il = method.GetMethodBody()!.GetILAsByteArray()!;
        // How sizes are calculated is the same for all, and says nothing of one operation.
        bool isShared = method.DeclaringType == typeof(ConversionContext);
        foreach (var instruction in IlInstruction.Read(il))
        {
            int token = instruction.OpCode.OperandType is OperandType.InlineString or OperandType.InlineMethod
                ? BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(instruction.OperandOffset))
                : 0;
            if (instruction.OpCode.OperandType == OperandType.InlineString) Add(method.Module.ResolveString(token));
            if (instruction.OpCode.OperandType == OperandType.InlineMethod && !isShared
                && Resolve(method, token) is { } called && called.DeclaringType?.Namespace?.EndsWith(".Graph", StringComparison.Ordinal) != true)
                Read(called);
        }
    }

    private static MethodBase? Resolve(MethodBase method, int token) => method.Module.ResolveMethod(
        token, method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);

    private void Add(string text)
    {
        if (Operator().IsMatch(text) && !Others.Contains(text)) _operators.Add(text);
    }

    [GeneratedRegex("^[A-Z][A-Za-z0-9]+$")]
    private static partial Regex Operator();
}
