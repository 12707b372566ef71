using Onnx;
using TorchOnnx.Shapes;
using TorchOnnx.Tracing;

namespace TorchOnnx.Graph;

/// <summary>Represents the result of an export: a model, or the problems that prevent it.</summary>
internal abstract record ExportResult
{
    private ExportResult() { }

    /// <summary>Represents an exported model.</summary>
    /// <param name="Request">The request.</param>
    /// <param name="Trace">The trace of the module.</param>
    /// <param name="Model">The model.</param>
    /// <param name="CallOutputs">
    /// The traced tensors that nodes of the graph produce, in the order of the forward pass.
    /// </param>
    /// <param name="Notes">Sentences about modules that aren't registered.</param>
    /// <param name="Sources">The call that each node was written for, by the name of the node.</param>
    internal sealed record Exported(
        ExportRequest Request, TraceResult.Traced Trace, ModelProto Model, IReadOnlyList<CallOutput> CallOutputs,
        IReadOnlyList<string> Notes, IReadOnlyDictionary<string, RecordedCall> Sources)
        : ExportResult
    {
        /// <summary>
        /// Gets the model to save. Its nodes are in functions if <see cref="OnnxExportOptions.ModulesAsFunctions"/> is
        /// set.
        /// </summary>
        public ModelProto File => Request.Options.ModulesAsFunctions
            ? ModuleFunctions.Apply(Model, Sources, Request.Options.NodeMetadata)
            : Model;

        /// <summary>
        /// Gets the number of elements in the parameters of the module and of the modules that it holds without
        /// registering them. Shared parameters count once.
        /// </summary>
        public long ParameterCount { get; } = UnregisteredModules.Of(Request.Module).Select(entry => entry.Module)
            .Prepend(Request.Module).SelectMany(module => module.parameters()).DistinctBy(TensorIdentity.Of)
            .Sum(parameter => parameter.numel());
    }

    /// <summary>Represents a refused export.</summary>
    /// <param name="Problems">The problems in the order of the forward pass.</param>
    internal sealed record Refused(IReadOnlyList<OnnxExportProblem> Problems) : ExportResult
    {
        /// <summary>Gets the problems in the order of the forward pass. A line in a loop has a problem once.</summary>
        public IReadOnlyList<OnnxExportProblem> Problems { get; } = [.. Problems.Distinct()];
    }
}

/// <summary>Maps a tensor that a traced call returned to the graph.</summary>
/// <param name="Call">The call.</param>
/// <param name="CallIndex">The index of the call in the recording.</param>
/// <param name="OutputIndex">The index of the tensor in the call's outputs.</param>
/// <param name="Value">The value in the graph.</param>
/// <param name="NodeName">The name of the node that produces the value.</param>
internal sealed record CallOutput(RecordedCall Call, int CallIndex, int OutputIndex, GraphValue Value, string NodeName);
