using OnnxDigits.Training.Networks;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>
/// Represents a metric that training reports in addition to the loss: the mean of one value per input.
/// </summary>
/// <example>
/// <code>
/// model.Compile(OptimizerSettings.Adam(), metrics: [Metric.Accuracy, Metric.TopKAccuracy(2)]);
/// model.Fit(x, y, epochs: 5, validationSplit: 0.1, callbacks: [new ProgressLine()]);
/// double second = model.Evaluate(x, y).Metrics["top_2_accuracy"];
/// </code>
/// </example>
public sealed class Metric
{
    private readonly Func<Tensor, Tensor, Tensor> _values;

    /// <summary>Initializes a metric.</summary>
    /// <param name="name">
    /// The name in logs, such as <c>top_2_accuracy</c>. Callbacks that monitor the metric look for the lowest value if
    /// the name ends in <c>loss</c> or <c>error</c>, and for the highest value otherwise.
    /// </param>
    /// <param name="values">
    /// Returns one value per input, a tensor [N], from the outputs of the network [N, classes] and the class indices
    /// [N], int64.
    /// </param>
    public Metric(string name, Func<Tensor, Tensor, Tensor> values) => (Name, _values) = (name, values);

    /// <summary>
    /// Gets the fraction of inputs with the correct class. Training always measures it, even if it isn't listed.
    /// </summary>
    public static Metric Accuracy { get; } = new("accuracy", (outputs, classes) => outputs.argmax(1).eq(classes));

    /// <summary>Gets the name in logs.</summary>
    public string Name { get; }

    /// <summary>Creates a metric: the fraction of inputs whose class is among the highest outputs.</summary>
    /// <param name="k">The number of outputs to look at, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1.</exception>
    public static Metric TopKAccuracy(int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        return new($"top_{k}_accuracy", (outputs, classes) =>
            outputs.topk((int)Math.Min(k, outputs.shape[1]), 1).indexes.eq(classes.unsqueeze(1)).any(1));
    }

    /// <summary>Returns the sum of the values of a batch.</summary>
    /// <exception cref="InvalidOperationException">The metric doesn't return a value for each input.</exception>
    internal double SumOf(Tensor outputs, Tensor classes)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        Tensor values = _values(outputs, classes);
        if (!values.shape.SequenceEqual(classes.shape))
        {
            throw new InvalidOperationException(
                $"The metric '{Name}' returned a tensor [{string.Join(", ", values.shape)}], but needs a value for "
                + $"each input, [{classes.shape[0]}].");
        }

        return values.to(float64).sum().cpu().item<double>();
    }
}

/// <summary>Represents the loss, the accuracy and the metrics of a network on inputs with known labels.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Accuracy">The fraction of inputs with the correct class, 0 to 1.</param>
public sealed record Score(double Loss, double Accuracy)
{
    /// <summary>Gets the metrics of <see cref="SequentialModel.Compile"/> by their names.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}

/// <summary>Sums the metrics of a network over batches.</summary>
internal sealed class MetricSums(SequentialModel network)
{
    private readonly double[] _sums = new double[network.Metrics.Count];
    private long _count;

    /// <summary>Adds a batch.</summary>
    /// <param name="logits">The outputs before a final softmax [N, classes].</param>
    /// <param name="classes">The class indices [N].</param>
    public void Add(Tensor logits, Tensor classes)
    {
        if (_sums.Length == 0) return;

        using var noGradients = no_grad();
        using Tensor outputs = network.OutputsOf(logits);
        for (int i = 0; i < _sums.Length; i++) _sums[i] += network.Metrics[i].SumOf(outputs, classes);
        _count += classes.shape[0];
    }

    /// <summary>Returns the means by the names of the metrics.</summary>
    public IReadOnlyDictionary<string, double> Means() => new OrderedDictionary<string, double>(
        network.Metrics.Select((metric, i) => KeyValuePair.Create(metric.Name, _sums[i] / _count)));
}
