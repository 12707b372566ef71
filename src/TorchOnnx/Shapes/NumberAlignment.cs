using TorchOnnx.Tracing;

namespace TorchOnnx.Shapes;

/// <summary>
/// Finds formulas for the numbers that forward computes from open sizes, and conditions whose outcome depends on them.
/// </summary>
/// <param name="example">The computations with the example.</param>
/// <param name="passes">The differences of the other passes.</param>
/// <param name="formulas">The open sizes, to which the computed numbers are added.</param>
/// <param name="sizes">The open dimensions.</param>
/// <param name="samples">The sizes at which conditions are evaluated.</param>
/// <param name="decided">The conditions that have the same outcome in all passes.</param>
internal sealed class NumberAlignment(
    IReadOnlyList<NumberStep> example, IReadOnlyList<NumberDifferences> passes, NumberFormulas formulas,
    DynamicSizes sizes, SizeSamples samples, IReadOnlySet<NumberSite> decided)
{
    private const string Remedy =
        Alignment.StaticRemedy + ", or set its Min, Max or MultipleOf so that the outcome never changes";

    private readonly List<OnnxExportProblem> _problems = [];

    // The operands of formulas. They don't get new formulas, so that no formula contains itself.
    private readonly HashSet<PassValues> _operands = [];

    // The samples at which forward doesn't throw.
    private readonly bool[] _isValid = [.. Enumerable.Repeat(true, formulas.SampleCount)];

    /// <summary>Gets the problem if the passes run different computations; otherwise <see langword="null"/>.</summary>
    public OnnxExportProblem? Fork => passes.Select(pass => pass.Fork).OfType<(int Index, NumberStep Step)>()
        .OrderBy(fork => fork.Index).Select(fork => Forked(fork.Step)).FirstOrDefault();

    /// <summary>
    /// Gets the samples at which two numbers differ although they are equal in all passes. Empty unless this is the
    /// first problem.
    /// </summary>
    public IReadOnlyList<int> Separating { get; private set; } = [];

    /// <summary>
    /// Gets the conditions whose outcome changes with the sizes, each with its outcome at every sample, or NaN.
    /// </summary>
    public List<(NumberSite Site, double[] Outcomes)> Changing { get; } = [];

    /// <summary>Adds formulas for the numbers that forward computes, and returns the problems.</summary>
    public IReadOnlyList<OnnxExportProblem> Align()
    {
        foreach (var twins in Changed(example, passes)) Align(twins[0], twins);
        return _problems;
    }

    /// <summary>Returns the constants that steps combine with numbers that change between the passes.</summary>
    public static IEnumerable<double> Constants(
        IReadOnlyList<NumberStep> example, IReadOnlyList<NumberDifferences> passes) =>
        from twins in Changed(example, passes)
        from side in (Func<NumberStep, double>[])[step => step.Left, step => step.Right]
        where twins.TrueForAll(twin => side(twin).Equals(side(twins[0])))
        select side(twins[0]);

    // Returns the steps whose numbers differ between the passes, each with the same step of the other passes.
    private static IEnumerable<List<NumberStep>> Changed(
        IReadOnlyList<NumberStep> example, IReadOnlyList<NumberDifferences> passes)
    {
        int end = passes.Min(pass => pass.Fork?.Index) ?? example.Count;
        foreach (int index in passes.SelectMany(pass => pass.Indices).Distinct().Where(index => index < end).Order())
        {
            var first = example[index];
            var others = passes.Select(pass => pass.Find(index, first)).OfType<NumberStep>().ToList();
            if (others.Count == passes.Count
                && others.TrueForAll(other => other.Operands.Length == first.Operands.Length))
            {
                yield return [first, .. others];
            }
        }
    }

    private static OnnxExportProblem Forked(NumberStep step) => step.Problem(
        "the forward pass computes with other numbers at other sizes, so a loop depends on an open size",
        Alignment.StaticRemedy);

    private void Align(NumberStep first, IReadOnlyList<NumberStep> twins)
    {
        PassValues[] operands =
            [.. first.Operands.Select((_, index) => new PassValues(twins.Select(twin => twin.Operands[index])))];
        if (Array.TrueForAll(operands, operand => operand.IsConstant)) return;
        if (first.Site.Operation == NumberOperation.Failure)
        {
            Report(first.Problem(
                $"{Name(first)} throws an exception that forward catches, and it may not throw at other sizes",
                "Test the sizes before the call"));
            return;
        }
        if (first.Site.Operation == NumberOperation.Hidden)
        {
            Report(first.Problem(
                $"{Name(first)} tests, divides or orders numbers that depend on an open size, and its code cannot be "
                    + "followed",
                "Compute with the operators of C# and System.Math in a method, or make the dimension static"));
            return;
        }
        if (first.Site.Operation == NumberOperation.Unknown)
        {
            AlignUnknown(first, twins, operands);
            return;
        }
        var result = new PassValues(twins.Select(twin => twin.Results[0]));
        var (left, right) = (formulas.Find(operands[0]), formulas.Find(operands[^1]));
        double[]? results = left.Samples is null || right.Samples is null
            || !twins.All(twin => Apply(twin.Operands).Equals(twin.Results[0]))
            ? null
            : [.. left.Samples.Zip(right.Samples, (a, b) => NumberArithmetic.Apply(first.Site, a, b))];
        string text = Text(first, left, right);
        if (first.Site.IsCondition)
        {
            AlignCondition(first, result, results, text, RemainderRemedy(left) ?? RemainderRemedy(right) ?? Remedy);
        }
        else
        {
            AlignResult(first, new(result, results, text)
            {
                Site = first.Site,
                Operands = (left, right),
                IsSize = left.IsSize || right.IsSize,
            });
        }

        double Apply(double[] numbers) => NumberArithmetic.Apply(first.Site, numbers[0], numbers[^1]);
    }

    // A branch that pads to a multiple can be replaced by a padding that may be 0.
    private static string? RemainderRemedy(NumberFormula number) =>
        number is { Site.Operation: NumberOperation.Remainder, Operands: var (size, multiple) }
            ? $"{Remedy}. If the branch pads to a multiple of {multiple.Text}, pad without a condition by "
                + $"({multiple.Operand} - {size.Operand} % {multiple.Operand}) % {multiple.Operand}"
            : null;

    private void AlignCondition(
        NumberStep step, PassValues outcome, double[]? outcomes, string text, string remedy)
    {
        if (decided.Contains(step.Site)) return;
        if (outcomes is null)
        {
            if (outcome.IsConstant && step.Throws(outcome.Example == 0)) return;
            Report(step.Problem(
                $"the condition {text} depends on a number that changes between forward passes", remedy));
            return;
        }
        List<int> differing = [.. Valid(outcomes).Where(index => outcomes[index] != outcome.Example)];
        if (differing.Count == 0) return;
        if (step.Throws(outcome.Example == 0))
        {
            for (int index = 0; index < outcomes.Length; index++) _isValid[index] &= outcomes[index] == outcome.Example;
            return;
        }
        bool isTest = step.Site.Operation is NumberOperation.Switch or NumberOperation.Index;
        bool isOfLoop = IsOfLoop(step);
        if (!isOfLoop && !isTest && step.Call is null)
        {
            Changing.Add((step.Site,
                [.. outcomes.Select((known, index) => _isValid[index] ? known : double.NaN)]));
        }
        int sample = differing[0];
        var bound = isOfLoop ? null : samples.Bound([.. Valid(outcomes).Except(differing)], differing);
        Report(step.Problem(
            isTest
                ? $"{text} is {outcome.Example} with the example and {outcomes[sample]} with {samples.Describe(sample)}"
                : $"the condition {text} is {(outcome.Example != 0 ? "true" : "false")} with the example and "
                    + $"{(outcome.Example != 0 ? "false" : "true")} with {samples.Describe(sample)}",
            bound is null ? remedy : RemedyOf(bound)));
    }

    // A condition that has both outcomes in one call belongs to a loop.
    private bool IsOfLoop(NumberStep step) => example.Any(other => other.Site == step.Site
        && ReferenceEquals(other.Caller, step.Caller) && other.Result != step.Result);

    private string RemedyOf(SizeBound bound) =>
        bound.IsLeast || bound.Size >= sizes.SizeOf(bound.Name) + (ExampleCheck.StepsToMax * sizes.Multiple(bound.Name))
            ? $"Declare the dimension as {sizes.Declare(bound)}, or make it static ({Alignment.StaticWays})"
            : $"Give an example with {bound.Name} = {bound.Size + sizes.Multiple(bound.Name)} or more, or make the "
                + $"dimension static ({Alignment.StaticWays})";

    private void AlignResult(NumberStep step, NumberFormula made)
    {
        var (left, right) = made.Operands!.Value;
        var known = formulas.Find(made.Values);
        bool isOperand = _operands.Contains(made.Values)
            || made.Values.Equals(left.Values) || made.Values.Equals(right.Values);
        // The code's own formula is better than a fitted one.
        if (!made.Values.IsConstant && !isOperand && known.Operands is null && !known.IsOpaque
            && (known.Samples is null || (known.IsFitted && made.Samples is not null)))
        {
            formulas.Add(made);
            _operands.UnionWith([left.Values, right.Values]);
            return;
        }
        if (made is { Samples: null, IsSize: true, Values.IsConstant: true })
        {
            Report(step.Problem(
                $"{made.Text} equals {known.Text} in all traced passes, but perhaps not at other sizes",
                Alignment.StaticRemedy));
        }
        if (made.Samples is null || known.Samples is null) return;
        List<int> differing = [.. Enumerable.Range(0, made.Samples.Length)
            .Where(index => _isValid[index] && Differ(made.Samples[index], known.Samples[index]))];
        if (differing.Count == 0) return;
        if (_problems.Count == 0) Separating = differing;
        Report(step.Problem(
            $"{made.Text} equals {known.Text} in all traced passes, but not with {samples.Describe(differing[0])}",
            "Set the dimension's Min or Max, or give an example at which they differ"));
    }

    // A conversion to any smaller integer keeps the number.
    private bool IsSmall(PassValues values) => formulas.Find(values).Samples is { } numbers
        && Enumerable.Range(0, numbers.Length).All(index =>
            !_isValid[index] || double.IsNaN(numbers[index]) || numbers[index] is >= 0 and <= sbyte.MaxValue);

    private static bool Differ(double left, double right) =>
        !double.IsNaN(left) && !double.IsNaN(right) && !left.Equals(right);

    private void AlignUnknown(NumberStep step, IReadOnlyList<NumberStep> twins, PassValues[] operands)
    {
        if (twins.Any(twin => twin.Results.Length != step.Results.Length)) return;
        PassValues[] results =
            [.. step.Results.Select((_, index) => new PassValues(twins.Select(twin => twin.Results[index])))];
        string name = step.Call?.Method is { } method ? MethodNames.Of(method) : "a conversion to a smaller integer";
        if (step.Call is null ? !IsSmall(operands[0]) : results.Length > 0 && results.All(result => result.IsConstant))
        {
            Report(step.Problem(
                $"{name} gets a number that depends on an open size, and it isn't known when its result changes",
                Remedy));
        }
        foreach (var result in results.Where(result => !result.IsConstant && !operands.Contains(result)))
        {
            if (formulas.Computed(result) is null)
            {
                formulas.Add(new(result, null, $"{name}(…)") { IsOpaque = true });
            }
        }
    }

    // One condition of C# may take several instructions.
    private void Report(OnnxExportProblem problem)
    {
        if (_problems.TrueForAll(known => known.Line != problem.Line)) _problems.Add(problem);
    }

    private IEnumerable<int> Valid(double[] outcomes) =>
        Enumerable.Range(0, outcomes.Length).Where(index => _isValid[index] && !double.IsNaN(outcomes[index]));

    private static string Text(NumberStep step, NumberFormula left, NumberFormula right)
    {
        string? symbol = step.Site.Operation switch
        {
            NumberOperation.Add => "+",
            NumberOperation.Subtract => "-",
            NumberOperation.Multiply => "*",
            NumberOperation.Divide => "/",
            NumberOperation.Remainder => "%",
            NumberOperation.And => "&",
            NumberOperation.Or => "|",
            NumberOperation.Xor => "^",
            NumberOperation.ShiftLeft => "<<",
            NumberOperation.ShiftRight => ">>",
            NumberOperation.Equal => "==",
            NumberOperation.NotEqual => "!=",
            NumberOperation.Less => "<",
            NumberOperation.LessOrEqual => "<=",
            NumberOperation.Greater => ">",
            NumberOperation.GreaterOrEqual => ">=",
            _ => null,
        };
        if (step.Call is not null && (left.Samples is null || right.Samples is null)) return $"{Name(step)}(…)";
        if (symbol is not null) return $"{left.Operand} {symbol} {right.Operand}";
        return step.Site.Operation switch
        {
            NumberOperation.Negate => $"-{left.Operand}",
            NumberOperation.Not => $"~{left.Operand}",
            NumberOperation.IsTrue when left.Site?.IsValue == true => left.Text,
            NumberOperation.IsTrue => $"{left.Operand} != 0",
            NumberOperation.Truncate => $"(int){left.Operand}",
            NumberOperation.ToSingle => $"(float){left.Operand}",
            NumberOperation.Switch => $"the switch value {left.Text}",
            NumberOperation.Index => $"the index {left.Text}",
            _ when NumberSite.IsUnary(step.Site.Operation) => $"{Name(step)}({left.Text})",
            _ => $"{Name(step)}({left.Text}, {right.Text})",
        };
    }

    private static string Name(NumberStep step) => MethodNames.Of(step.Call!.Method);
}
