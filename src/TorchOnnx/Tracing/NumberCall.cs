using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace TorchOnnx.Tracing;

/// <summary>Reads calls of .NET's methods that compute with numbers, flags or strings.</summary>
internal static class NumberCall
{
    private static readonly Dictionary<(string Name, int Operands), NumberOperation> Functions = new()
    {
        [("Min", 2)] = NumberOperation.Minimum,
        [("Max", 2)] = NumberOperation.Maximum,
        [("Pow", 2)] = NumberOperation.Power,
        [("Abs", 1)] = NumberOperation.Absolute,
        [("Sign", 1)] = NumberOperation.Sign,
        [("Sqrt", 1)] = NumberOperation.SquareRoot,
        [("Exp", 1)] = NumberOperation.Exponential,
        [("Log", 1)] = NumberOperation.Logarithm,
        [("Log2", 1)] = NumberOperation.Logarithm2,
        [("Log10", 1)] = NumberOperation.Logarithm10,
        [("Floor", 1)] = NumberOperation.Floor,
        [("Ceiling", 1)] = NumberOperation.Ceiling,
        [("Round", 1)] = NumberOperation.Round,
        [("Truncate", 1)] = NumberOperation.Truncate,
        [("BigMul", 2)] = NumberOperation.Multiply,
    };

    // Methods that combine all elements of a collection.
    private static readonly Dictionary<string, NumberOperation> Folds = new()
    {
        ["Sum"] = NumberOperation.Add,
        ["Min"] = NumberOperation.Minimum,
        ["Max"] = NumberOperation.Maximum,
    };

    // Methods that compare all elements or keys of a collection with an argument.
    private static readonly HashSet<string> Lookups =
    [
        "Contains", "ContainsKey", "TryGetValue", "GetValueOrDefault", "IndexOf", "LastIndexOf", "Remove", "Add",
        "TryAdd",
    ];

    // Methods whose result depends on the order or the equality of the elements.
    private static readonly HashSet<string> Comparing =
    [
        "Sort", "Order", "OrderDescending", "OrderBy", "OrderByDescending", "Distinct", "ToHashSet", "Union", "Except",
        "Intersect", "GroupBy", "Min", "Max", "MinBy", "MaxBy",
    ];

    private static readonly ConcurrentDictionary<MethodBase, bool> Testing = [];

    /// <summary>Returns a value that indicates whether a call may compute a number or test one.</summary>
    public static bool IsWatched(CallSite site) => !site.IsConstruction && site.Caller is not null
        && (NumberValues.IsScalar(site.ReturnType) || site.Target.Name is "DivRem" or "Sort")
        && site.StackTypes.Any(type => NumberValues.IsScalar(type) || type.IsArray || type.IsByRefLike);

    /// <summary>Replaces lazy sequences of numbers by lists, so that they are enumerated once.</summary>
    public static void Enumerate(TracedCall call)
    {
        if (call.Target.DeclaringType != typeof(Enumerable)
            || !(Comparing.Contains(call.Target.Name) || Folds.ContainsKey(call.Target.Name)
                || call.Target.Name is "SequenceEqual" or "Contains"))
        {
            return;
        }
        for (int index = 0; index < call.Arguments.Length; index++)
        {
            call.Arguments[index] = call.Arguments[index] switch
            {
                IEnumerable<long> numbers when !NumberValues.IsMaterialized(numbers) => numbers.ToList(),
                IEnumerable<int> numbers when !NumberValues.IsMaterialized(numbers) => numbers.ToList(),
                var other => other,
            };
        }
    }

    /// <summary>Returns a step for a call that threw an exception, which forward may catch.</summary>
    public static IEnumerable<NumberStep> ReadFailed(TracedCall call) => call.Site.Caller is not { } caller
        ? []
        : [new(
            new(caller, call.Site.Offset, NumberOperation.Failure, StackKind.Other), call.Parent, 0, 0, 0,
            new(call.Target,
                [.. call.Arguments.SelectMany(NumberValues.Scalars),
                    .. call.Arguments.SelectMany(ArgumentReader.Tensors).Where(tensor => !tensor.IsInvalid)
                        .SelectMany(tensor => tensor.shape).Select(size => (double)size)],
                []))];

    /// <summary>Returns the computations of a call that has returned.</summary>
    public static IEnumerable<NumberStep> Read(TracedCall call, object? result)
    {
        if (call.Site.Caller is not { } caller) return [];
        var (target, name) = (call.Target, call.Target.Name);
        double[] operands = [.. call.Arguments.SelectMany(NumberValues.Scalars)];
        double[] results = [.. NumberValues.Scalars(result)];
        var kind = IlStack.KindOf((target as MethodInfo)?.ReturnType ?? typeof(void));
        if (call.Site.IsConstruction)
        {
            return operands.Length > 0 && Testing.GetOrAdd(target, TestsNumbers)
                ? [Unknown(NumberOperation.Hidden)]
                : [];
        }
        if (IsMath(target))
        {
            if (Functions.TryGetValue((name, operands.Length), out var function) && results.Length == 1)
            {
                return [Step(function, operands, results[0])];
            }
            return (name, operands) switch
            {
                ("Log", [var number, var radix]) =>
                [
                    Step(NumberOperation.Logarithm, [number], Math.Log(number)),
                    Step(NumberOperation.Logarithm, [radix], Math.Log(radix)),
                    Step(NumberOperation.Divide, [Math.Log(number), Math.Log(radix)], results[0]),
                ],
                ("Clamp", [var number, var least, var most]) =>
                [
                    Step(NumberOperation.Maximum, [number, least], Math.Max(number, least)),
                    Step(NumberOperation.Minimum, [Math.Max(number, least), most], results[0]),
                ],
                ("DivRem", [var number, var divisor, ..]) =>
                [
                    Step(NumberOperation.Divide, [number, divisor], Math.Truncate(number / divisor)),
                    Step(NumberOperation.Remainder, [number, divisor], number % divisor),
                ],
                _ => [Unknown(NumberOperation.Unknown)],
            };
        }
        if (target.DeclaringType == typeof(Convert) && call.Arguments is [double or float])
        {
            kind = StackKind.Double;
            return [Step(NumberOperation.Round, operands, results[0])];
        }
        if ((name is "Equals" or "op_Equality") && operands.Length == 2 && results.Length == 1)
        {
            return [Step(NumberOperation.Equal, operands, results[0])];
        }
        if (name == "get_HasValue") return [];
        if (target.DeclaringType == typeof(Enumerable) && call.Arguments.Length == 1
            && Folds.TryGetValue(name, out var fold))
        {
            return Fold(fold, [.. NumberValues.Elements(call.Arguments[0])]);
        }
        if (Comparing.Contains(name))
        {
            operands = [.. call.Arguments.SelectMany(NumberValues.Elements), .. results];
            return operands.Length > 0 ? [Unknown(NumberOperation.Hidden)] : [];
        }
        if (name == "SequenceEqual") return Compared(call.Arguments[0], call.Arguments[1]);
        bool isDictionary = call.Arguments is [IDictionary, ..];
        // A method that adds to a list compares nothing.
        bool isLookup = Lookups.Contains(name) && results.Length > 0 && call.Arguments is not [string, ..];
        if (operands.Length > 0 && (isLookup || (isDictionary && name is "get_Item" or "GetValueOrDefault")))
        {
            return NumberValues.Elements(call.Arguments[0]).Select(element => Equality(operands[0], element));
        }
        if (operands.Length == 1 && name is "get_Item" or "ElementAt" or "get_Chars")
        {
            return [Step(NumberOperation.Index, operands, operands[0])];
        }
        return results.Length > 0 ? [Unknown(NumberOperation.Unknown)] : [];

        NumberStep Step(NumberOperation operation, double[] from, double to) => new(
            Site(operation), call.Parent, from[0], from.Length > 1 ? from[1] : 0, to, new(target));

        NumberStep Unknown(NumberOperation operation) =>
            new(Site(operation), call.Parent, 0, 0, 0, new(target, operands, results));

        NumberSite Site(NumberOperation operation) =>
            new(caller, call.Site.Offset, operation, kind == StackKind.Other ? StackKind.Int64 : kind);

        NumberStep Equality(double left, double right) =>
            Step(NumberOperation.Equal, [left, right], left == right ? 1 : 0);

        // The result is a condition, computed from the comparisons of the elements.
        IEnumerable<NumberStep> Compared(object? first, object? second)
        {
            double[] left = [.. NumberValues.Elements(first)], right = [.. NumberValues.Elements(second)];
            if (left.Length != right.Length || left.Length == 0) yield break;
            double all = 1;
            foreach (var (a, b) in left.Zip(right))
            {
                double isEqual = a == b ? 1 : 0, both = all * isEqual;
                yield return new(Site(NumberOperation.Equal) with { IsValue = true }, call.Parent, a, b, isEqual);
                yield return new(Site(NumberOperation.And), call.Parent, all, isEqual, both);
                all = both;
            }
            yield return new(Site(NumberOperation.IsTrue), call.Parent, all, 0, all);
        }

        IEnumerable<NumberStep> Fold(NumberOperation operation, double[] elements)
        {
            double folded = elements.FirstOrDefault();
            foreach (double element in elements.Skip(1))
            {
                double before = folded;
                folded = operation switch
                {
                    NumberOperation.Add => before + element,
                    NumberOperation.Minimum => Math.Min(before, element),
                    _ => Math.Max(before, element),
                };
                yield return Step(operation, [before, element], folded);
            }
        }
    }

    // Sums, differences and products aren't tests, because their results follow from the traced sizes.
    private static bool TestsNumbers(MethodBase constructor)
    {
        var code = new IlBody(constructor);
        var stacks = new IlStack(code).Find();
        return code.Instructions.Any(instruction => instruction.OpCode.FlowControl == FlowControl.Call
            ? IsMath(code.Method(instruction))
            : NumberSite.Find(constructor, instruction, stacks[instruction.Offset])?.Operation is { } operation
                and not (NumberOperation.Add or NumberOperation.Subtract or NumberOperation.Multiply
                    or NumberOperation.Negate));
    }

    private static bool IsMath(MethodBase method) =>
        method.DeclaringType is { } type && (type == typeof(Math) || type == typeof(MathF) || type.IsPrimitive)
        && method.IsStatic;
}
