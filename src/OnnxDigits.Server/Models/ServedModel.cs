using OnnxDigits.Server.Protocol;

namespace OnnxDigits.Server.Models;

/// <summary>Represents a version of a model that the server offers.</summary>
internal abstract class ServedModel(string name, string version) : IDisposable
{
    public string Name { get; } = name;

    public string Version { get; } = version;

    /// <summary>Gets the platform of the protocol: the framework and the format.</summary>
    public abstract string Platform { get; }

    public abstract IReadOnlyList<TensorInfo> Inputs { get; }

    public abstract IReadOnlyList<TensorInfo> Outputs { get; }

    /// <summary>Runs the model.</summary>
    /// <param name="inputs">The inputs in the order of <see cref="Inputs"/>, checked against it.</param>
    /// <param name="cancellationToken">Stops waiting for the result.</param>
    /// <returns>The outputs in the order of <see cref="Outputs"/>.</returns>
    public abstract Task<IReadOnlyList<Tensor>> RunAsync(
        IReadOnlyList<Tensor> inputs, CancellationToken cancellationToken);

    /// <summary>Returns the label of a class, or <c>null</c> if the model has no labels.</summary>
    public virtual string? LabelOf(int index) => null;

    public abstract void Dispose();
}

/// <summary>The exception thrown when a model can't be served.</summary>
internal sealed class ServedModelException(string message, Exception? innerException = null)
    : Exception(message, innerException);
