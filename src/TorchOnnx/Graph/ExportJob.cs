using Onnx;
using TorchOnnx.Shapes;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Graph;

/// <summary>One export: the recordings, their alignment and the model that comes of them.</summary>
internal sealed class ExportJob
{
    /// <exception cref="ArgumentException">The options contradict themselves or the example.</exception>
    public ExportJob(IFront front, torch.nn.Module module, IReadOnlyList<object?> example, OnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(example);
        (Module, Options, Example) = (module, options, new(example));
        options.Validate();
        ExampleCheck.Validate(Example, options);
        Sizes = new(options, Example);
        Problems = Translate(front);
    }

    public torch.nn.Module Module { get; }

    public OnnxExportOptions Options { get; }

    public ModelInputs Example { get; }

    public DynamicSizes Sizes { get; }

    /// <summary>Why the module cannot be written; empty when it can.</summary>
    public IReadOnlyList<OnnxExportProblem> Problems { get; }

    /// <summary>The names of the graph's inputs and outputs.</summary>
    public GraphNames Names { get; private set; } = new([], []);

    /// <summary>The model; meaningless where there are problems.</summary>
    public ModelProto Model { get; private set; } = new();

    /// <summary>Where recorded tensors are in the graph.</summary>
    public IReadOnlyList<CallOutput> CallOutputs { get; private set; } = [];

    private IReadOnlyList<OnnxExportProblem> Translate(IFront front)
    {
        using var evaluation = new EvaluationMode(Module);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var recording = front.Record(Module, Example, Options.Converters, ValuesKept.None);
        if (recording.Refusals.Count == 0 && Align(front, recording) is { Count: > 0 } misaligned) return misaligned;

        Names = GraphNames.Of(Options, recording);
        var translation = new Translation(Module, recording, Names, Options);
        if (translation.Problems.Count > 0) return translation.Problems;
        try
        {
            Model = ModelFormat.Model(translation.Graph, Module, recording, this);
        }
        catch (OnnxExportException refusal)
        {
            return refusal.Problems;
        }
        CallOutputs = translation.CallOutputs();
        return [];
    }

    private IReadOnlyList<OnnxExportProblem> Align(IFront front, Recording recording)
    {
        var passes = new MovedPasses(front, this);
        return passes.Record(recording) is { Count: > 0 } refused ? refused : new Alignment(passes.Passes).Align();
    }
}
