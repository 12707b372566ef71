using Google.Protobuf;
using OnnxDigits.Export.Internals.Front;
using OnnxDigits.Export.Internals.Graph;
using TorchSharp;

namespace OnnxDigits.Export.Internals.Verification;

/// <summary>Compares a graph, run by a runtime, with the module that it was written for.</summary>
internal sealed class Verifier(
    IFront front,
    torch.nn.Module<torch.Tensor, torch.Tensor> model,
    GraphTensor example,
    Translation translation,
    OnnxExportOptions options,
    torch.Device device)
{
    public long ParameterCount { get; } = model.parameters().DistinctBy(TensorIdentity.Of)
        .Sum(parameter => parameter.numel());

    public VerificationReport Verify(byte[] bytes, IGraphRunner runner)
    {
        using var evaluation = new EvaluationMode(model);
        var cases = new List<VerificationCase>();
        Divergence? divergence = null;
        using var session = Load(runner, bytes, out string? refusal);
        foreach (var (name, input) in Inputs())
        {
            var comparison = session is null
                ? Comparison.Failed(refusal!)
                : Compare(session, input, Record(input, ValuesKept.Results));
            cases.Add(new(
                name, input.Shape, comparison.MaxAbsolute, comparison.MaxRelative, comparison.Passed, comparison.Failure));
            if (!comparison.Passed && session is not null) divergence ??= Locate(runner, input);
        }
        return new(
            runner.Name, options.Opset, translation.Model.Graph.Node.Count, ParameterCount,
            options.RelativeTolerance, options.AbsoluteTolerance, cases, divergence);
    }

    private IEnumerable<(string Name, GraphTensor Input)> Inputs()
    {
        var sampler = new InputSampler(example);
        yield return ("example", example);
        yield return ("random 1", sampler.Draw());
        yield return ("random 2", sampler.Draw());
        if (!options.DynamicBatch) yield break;
        yield return ("batch of 1", sampler.Draw(batch: 1));
        yield return ("batch of 3", sampler.Draw(batch: 3));
    }

    private Comparison Compare(IGraphSession session, GraphTensor input, Recording recording) =>
        Run(session, input, out string? failure) is { } outputs
            ? Compare(outputs[options.OutputNames[0]], recording.Outputs[0].Snapshot!)
            : Comparison.Failed(failure!);

    /// <summary>Runs the graph with every recorded value as an output and finds the first that is not the module's.</summary>
    private Divergence? Locate(IGraphRunner runner, GraphTensor input)
    {
        var exposed = translation.Model.Clone();
        var places = translation.CallOutputs.Index().Where(place => place.Item.NodeName is not null).ToList();
        var names = exposed.Graph.Output.Select(output => output.Name).ToHashSet();
        foreach (var (_, place) in places)
            if (names.Add(place.Value.Name))
                exposed.Graph.Output.Add(ModelFormat.ValueInfo(place.Value.Name, place.Call.Outputs[0]));

        using var session = Load(runner, exposed.ToByteArray(), out _);
        if (session is null || Run(session, input, out _) is not { } outputs) return null;
        var calls = Record(input, ValuesKept.All).Calls;
        foreach (var (index, place) in places)
        {
            var comparison = Compare(outputs[place.Value.Name], calls[index].Outputs[0].Snapshot!);
            if (!comparison.Passed)
                return new(place.NodeName!, place.Call.Path, place.Call.Module.GetType().FullName!, comparison.MaxAbsolute);
        }
        return null;
    }

    private Recording Record(GraphTensor input, ValuesKept kept)
    {
        using var scope = torch.NewDisposeScope();
        var recording = front.Record(
            model, TensorCopy.ToTorch(input).to(device), options.Registry, kept);
        return recording.Problems.Count == 0
            ? recording
            : throw new OnnxExportException(recording.Problems);
    }

    private Comparison Compare(GraphTensor actual, GraphTensor expected) =>
        Comparison.Of(actual, expected, options.RelativeTolerance, options.AbsoluteTolerance);

    // A runtime's own exception types are unknown here; whatever it throws is a finding about the graph.
    private static IGraphSession? Load(IGraphRunner runner, byte[] bytes, out string? failure)
    {
        try
        {
            failure = null;
            return runner.Load(bytes);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            failure = $"{runner.Name} does not load the graph: {FirstLine(exception)}";
            return null;
        }
    }

    private IReadOnlyDictionary<string, GraphTensor>? Run(IGraphSession session, GraphTensor input, out string? failure)
    {
        try
        {
            failure = null;
            return session.Run(new Dictionary<string, GraphTensor> { [options.InputNames[0]] = input });
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            failure = $"the graph does not run: {FirstLine(exception)}";
            return null;
        }
    }

    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].TrimEnd('.', '\r');
}
