using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Verification;

/// <summary>
/// Finds state that a module carries from one forward pass to the next, such as a hidden state or a counter. A cache
/// carries no state: the results are the same with and without it.
/// </summary>
internal sealed class CarriedState
{
    private const string Remedy = "Pass it as an input and return its new value";
    private const double RelativeTolerance = 1e-6;
    private const double ScaleTolerance = 1e-6;

    private readonly ExportRequest _request;
    private readonly ModelInputs _first;
    private readonly ModelInputs _resized;
    private readonly ModelInputs _rotated;
    private readonly torch.Tensor _random = torch.get_rng_state();

    private CarriedState(ExportRequest request)
    {
        _request = request;
        // Scaling by 3 and −3 changes running minima and maxima.
        _first = Scale(request.Example, 3);
        _resized = Scale(request.Sizes.With(request.Example, request.Sizes.Near().Last().Shapes), -3);
        _rotated = request.Sizes.Rotated(request.Example);
    }

    /// <summary>
    /// Returns a problem for each field that carries state. If a used module gives other results than a new one, the
    /// passes start with the caches that the module has.
    /// </summary>
    public static IReadOnlyList<OnnxExportProblem> Find(ExportRequest request)
    {
        if (!request.State.MayChange) return [];
        using var gradients = GradientMode.For(request.Module);
        using var scope = torch.NewDisposeScope();
        return new CarriedState(request).Find();
    }

    private IReadOnlyList<OnnxExportProblem> Find()
    {
        var state = _request.State;
        if (IsUsed())
        {
            state.IsReset = AreEqual(Alone(_resized, isReset: false), Alone(_resized, isReset: true))
                && AreEqual(Alone(_rotated, isReset: false), Alone(_rotated, isReset: true));
        }
        var (resized, rotated) = (Alone(_resized, state.IsReset), Alone(_rotated, state.IsReset));

        using var pass = state.Enter(state.IsReset);
        var start = pass.Capture();
        if (Run(_first) is null) return [];
        var first = start.Changes();
        var between = pass.Capture();
        Run(_first);
        var moving = between.Changes().Where(change => !HaveEqualElements(change)).ToList();
        bool isOtherAtOtherSizes = !AreEqual(resized, Run(_resized));
        bool isOther = !AreEqual(rotated, Run(_rotated));
        // If the results don't change, no later pass reads the changed fields, such as the last attention weights. Only
        // counters are still reported.
        if (!isOther && !isOtherAtOtherSizes) moving.RemoveAll(change => change.New?.GetType().IsPrimitive != true);
        if (moving.Count > 0)
        {
            return [.. moving.Select(change => state.Problem(
                change, name => $"every pass changes '{name}', and a graph keeps no state between runs", Remedy))];
        }
        if (isOther)
        {
            return [.. first.Select(change => state.Problem(
                change, name => $"the first pass sets '{name}', and later passes give other results", Remedy))];
        }
        return !isOtherAtOtherSizes ? [] : [.. first.Select(change => state.Problem(
            change, name => $"the first pass sets '{name}', and it doesn't fit passes of other sizes",
            "Set it again when the size changes, or make the dimension static"))];
    }

    private bool IsUsed()
    {
        using var pass = _request.State.Enter(isReset: true);
        return pass.Changes().Count > 0;
    }

    private IReadOnlyList<GraphTensor>? Alone(ModelInputs inputs, bool isReset)
    {
        using var pass = _request.State.Enter(isReset);
        return Run(inputs);
    }

    private static bool HaveEqualElements(StateChange change) =>
        change is { Old: torch.Tensor { IsInvalid: false } old, New: torch.Tensor { IsInvalid: false } current }
        && AreEqual([TensorCopy.ToManaged(old)], [TensorCopy.ToManaged(current)]);

    private IReadOnlyList<GraphTensor>? Run(ModelInputs inputs)
    {
        torch.set_rng_state(_random);
        try
        {
            var copies = inputs.With(inputs.Tensors.Select(tensor => tensor.clone()).ToList());
            var results = ModelCall.Run(_request.Module, copies.Arguments);
            return [.. ModelInputs.Flatten(results).Select(TensorCopy.ToManaged)];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null;
        }
    }

    private static ModelInputs Scale(ModelInputs inputs, double factor) => inputs.With(
        inputs.Tensors.Select(tensor => tensor.is_floating_point() ? tensor * factor : tensor).ToList());

    // The module may reject inputs or return no finite values. Tracing reports that.
    private static bool AreEqual(IReadOnlyList<GraphTensor>? expected, IReadOnlyList<GraphTensor>? actual) =>
        expected is null || (actual is not null && expected.Count == actual.Count && expected.Zip(actual).All(pair =>
            pair.First.Shape.SequenceEqual(pair.Second.Shape)
            && Comparison.Of(pair.Second, pair.First, RelativeTolerance, ScaleTolerance)
                is { Passed: true } or { Failure: not null }));
}
