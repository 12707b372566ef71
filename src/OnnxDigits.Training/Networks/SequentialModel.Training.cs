using System.Security.Cryptography;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Networks;

/// <content>Trains, evaluates and exports the network.</content>
public sealed partial class SequentialModel
{
    private const int BatchSize = 1000;

    private readonly List<nn.Module> _frozen = [];
    private OptimizerSettings? _optimizer;
    private long _seed;
    private TrainingState? _state;

    /// <summary>Gets the loss that training minimizes.</summary>
    public Loss Loss { get; private set; }

    /// <summary>
    /// Gets or sets a value that indicates whether the run ends after the current epoch. Callbacks set it.
    /// </summary>
    public bool StopTraining { get; set; }

    /// <summary>Gets the device that holds the parameters.</summary>
    internal Device Device => Logits.parameters().FirstOrDefault()?.device ?? CPU;

    /// <summary>Gets the number of parameters that are frozen.</summary>
    internal long FrozenCount => _frozen.SelectMany(module => module.parameters()).Sum(weight => weight.numel());

    /// <summary>Gets the metrics that are measured in addition to the loss and the accuracy.</summary>
    internal IReadOnlyList<Metric> Metrics { get; private set; } = [];

    /// <summary>Selects the optimizer, the loss and the metrics. Discards the state of a previous optimizer.</summary>
    /// <param name="optimizer">The optimizer and its settings.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="metrics">The metrics. <see cref="Metric.Accuracy"/> is always measured.</param>
    /// <param name="seed">The seed of the order of the images and of dropout.</param>
    /// <exception cref="InvalidOperationException">The loss doesn't fit the network's outputs.</exception>
    /// <exception cref="ArgumentException">Two metrics have the same name.</exception>
    public SequentialModel Compile(
        OptimizerSettings optimizer, Loss loss = Loss.CategoricalCrossentropy, IReadOnlyList<Metric>? metrics = null,
        long seed = 1)
    {
        RequireOutputsFor(loss);
        Metric[] measured = [.. (metrics ?? []).Where(metric => metric != Metric.Accuracy)];
        string? twice = measured.Select(metric => metric.Name).Concat(["loss", "accuracy"])
            .GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null) throw new ArgumentException($"Two metrics have the name '{twice}'. Rename one.");

        _state?.Dispose();
        (_optimizer, Loss, Metrics, _seed, _state) = (optimizer, loss, measured, seed, null);
        return this;
    }

    /// <summary>
    /// Trains the network. A second call continues with the state of the optimizer and of the random generator.
    /// </summary>
    /// <param name="x">The inputs [N, …], float32.</param>
    /// <param name="y">The labels, in the form that the loss needs.</param>
    /// <param name="epochs">The number of passes over the inputs.</param>
    /// <param name="batchSize">The number of inputs per step.</param>
    /// <param name="validationSplit">
    /// The fraction of the inputs, the last ones, to hold out and measure after each epoch.
    /// </param>
    /// <param name="callbacks">The callbacks of the run.</param>
    /// <param name="validationData">
    /// The inputs and labels to measure after each epoch, instead of a <paramref name="validationSplit"/>.
    /// </param>
    /// <param name="cancellation">Ends the run after the current step.</param>
    /// <returns>The metrics of the epochs of this call.</returns>
    /// <exception cref="InvalidOperationException"><see cref="Compile"/> hasn't been called.</exception>
    /// <exception cref="ArgumentException">
    /// The inputs or labels have another shape, dtype or range, a setting is out of range, or both kinds of validation
    /// are given.
    /// </exception>
    public IReadOnlyList<EpochMetrics> Fit(
        Tensor x, Tensor y, int epochs = 1, int batchSize = 32, double validationSplit = 0,
        IReadOnlyList<Callback>? callbacks = null, (Tensor X, Tensor Y)? validationData = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (_optimizer is null) throw new InvalidOperationException("Call Compile before Fit.");
        Check(x, y);
        if (validationData is var (validationX, validationY)) Check(validationX, validationY);
        if (validationData is not null && validationSplit != 0)
        {
            throw new ArgumentException("Give validationData or validationSplit, not both.", nameof(validationSplit));
        }

        var recipe = new Recipe
        {
            Epochs = epochs,
            BatchSize = batchSize,
            Seed = _seed,
            Optimizer = _optimizer,
            ValidationSplit = validationSplit,
        };
        recipe.Validate();
        _state ??= new TrainingState(this, recipe);
        _state.Epochs.Clear();
        var trainer = new Trainer(this, recipe) { Callbacks = callbacks ?? [], State = _state };
        return trainer.Train(x, y, validationData, cancellation).Epochs;
    }

    /// <summary>Measures the loss, the accuracy and the metrics on inputs with known labels.</summary>
    /// <param name="x">The inputs [N, …], float32.</param>
    /// <param name="y">The labels, in the form that the loss needs.</param>
    /// <exception cref="ArgumentException">The inputs or labels have another shape, dtype or range.</exception>
    public Score Evaluate(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Check(x, y);
        using var scope = NewDisposeScope();
        Tensor logits = LogitsOf(x);
        using var noGradients = no_grad();
        Tensor classes = Loss.ClassesOf(y);
        var metrics = new MetricSums(this);
        metrics.Add(logits, classes);
        return new Score(
            Loss.Of(this, logits, y).cpu().item<float>(), Metric.Accuracy.SumOf(logits, classes) / x.shape[0])
        {
            Metrics = metrics.Means(),
        };
    }

    /// <summary>Returns the outputs of the last layer. Dropout has no effect.</summary>
    /// <param name="x">The inputs [N, …], float32.</param>
    /// <exception cref="ArgumentException">The inputs have another shape or dtype.</exception>
    public Tensor Predict(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Check(x);
        using var scope = NewDisposeScope();
        return OutputsOf(LogitsOf(x)).MoveToOuterDisposeScope();
    }

    /// <summary>Saves the weights.</summary>
    /// <param name="path">The path of the file. An existing file is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream => Logits.save(stream));

    /// <summary>Reads weights that <see cref="Save"/> or <see cref="Export"/> wrote.</summary>
    /// <param name="path">The path of the file, which ends in <c>.onnx</c> if it was exported.</param>
    /// <exception cref="IOException">The file doesn't exist.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    /// <exception cref="InvalidDataException">The file doesn't hold the weights of these layers.</exception>
    public void Load(string path) => SavedWeights.Load(this, path);

    /// <summary>Freezes the weights of all layers except the last one. Dropout stays in effect.</summary>
    public void FreezeAllButTheLastLayer()
    {
        _frozen.Clear();
        // A final softmax belongs to the last layer.
        _frozen.AddRange(_modules.SkipLast(EndsInSoftmax ? 2 : 1).Select(entry => entry.Module)
            .Where(module => module is not TorchSharp.Modules.Dropout));
        foreach (Tensor weight in _frozen.SelectMany(module => module.parameters())) weight.requires_grad = false;
    }

    /// <summary>Puts the modules into training mode, except frozen ones.</summary>
    internal void Train()
    {
        Logits.train();
        foreach (nn.Module module in _frozen) module.eval();
    }

    /// <summary>Returns the outputs before a final softmax, in evaluation mode.</summary>
    internal Tensor LogitsOf(Tensor x)
    {
        Logits.eval();
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var outputs = new List<Tensor>();
        for (long start = 0; start < x.shape[0]; start += BatchSize)
        {
            using var batch = NewDisposeScope();
            Tensor inputs = x.narrow(0, start, Math.Min(BatchSize, x.shape[0] - start));
            outputs.Add(Logits.call(inputs.to(Device)).MoveToOuterDisposeScope());
        }

        return cat(outputs).MoveToOuterDisposeScope();
    }

    /// <summary>Computes the outputs of the last layer from the outputs before a final softmax.</summary>
    internal Tensor OutputsOf(Tensor logits) => EndsInSoftmax ? logits.softmax(1) : logits.alias();

    /// <summary>Throws if a loss cannot be computed from the outputs.</summary>
    internal void RequireOutputsFor(Loss loss)
    {
        if (_shape.Length == 1 && (EndsInSoftmax || loss == Loss.MeanSquaredError)) return;

        string last = _layers.LastOrDefault()?.Name ?? "no layer";
        (string needed, string end) = loss == Loss.MeanSquaredError
            ? ("a vector", "Flatten() or Dense(classes)")
            : ("probabilities", "Dense(classes, Activation.Softmax)");
        throw new InvalidOperationException(
            $"{loss} needs {needed}, but the network '{Name}' ends with {last} and {Text(_shape)} outputs. End it with "
            + $"{end}.");
    }

    private void Check(Tensor x, Tensor y)
    {
        Check(x);
        Loss.Check(y, x.shape[0], OutputShape[0]);
    }

    private void Check(Tensor x)
    {
        long[] shape = [.. InputShape.Select(size => (long)size)];
        if (x.dtype == ScalarType.Float32 && x.shape is [> 0, ..] && x.shape.AsSpan(1).SequenceEqual(shape)) return;

        string atLeastOne = x.shape is [0, ..] ? ", with N of at least 1" : "";
        throw new ArgumentException(
            $"The network '{Name}' needs inputs of Float32 [N, {string.Join(", ", shape)}]{atLeastOne}, but x is "
            + $"{x.dtype} [{string.Join(", ", x.shape)}].");
    }

    /// <summary>
    /// Exports <see cref="Classifier"/> to an ONNX file. The export is verified with ONNX Runtime before the file is
    /// written.
    /// </summary>
    /// <param name="path">The path of the file. An existing file is replaced.</param>
    /// <exception cref="OnnxExportException">The exported graph doesn't agree with the network.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Export(string path) => ToOnnx([], new OnnxRuntimeRunner()).Save(path);

    /// <summary>Exports <see cref="Classifier"/> with metadata.</summary>
    internal OnnxProgram ToOnnx(Dictionary<string, string> metadata, IGraphRunner? verifier)
    {
        using var random = new Generator(1);
        using Tensor example = rand([1, .. InputShape.Select(size => (long)size)], generator: random);
        return OnnxExporter.Export(Classifier, example, new OnnxExportOptions
        {
            InputNames = [ModelMetadata.InputName],
            OutputNames = [EndsInSoftmax ? ModelMetadata.OutputName : "output"],
            ModelName = Name,
            ProducerName = "OnnxDigits",
            ProducerVersion = ModelMetadata.Version,
            Metadata = metadata,
            Verifier = verifier,
        });
    }

    /// <summary>Returns the SHA-256 of the exported graph with all weights set to 0.</summary>
    internal byte[] HashGraph()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        Dictionary<string, Tensor> weights = CopyWeights();
        foreach (Tensor weight in Logits.state_dict().Values) weight.zero_();
        byte[] graph = ToOnnx([], verifier: null).ToBytes();
        RestoreWeights(weights);
        return SHA256.HashData(graph);
    }

    /// <summary>Moves the parameters to a device.</summary>
    internal void MoveTo(Device device)
    {
        if (device.type != Device.type || device.index != Device.index) Logits.to(device);
    }

    /// <summary>Returns a copy of the state dictionary. The caller disposes the tensors.</summary>
    public Dictionary<string, Tensor> CopyWeights()
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return Logits.state_dict().ToDictionary(
            entry => entry.Key, entry => entry.Value.detach().clone().MoveToOuterDisposeScope());
    }

    /// <summary>Copies weights into the network.</summary>
    /// <param name="weights">A tensor of the same shape for each name of the state dictionary.</param>
    /// <exception cref="KeyNotFoundException">A name is missing.</exception>
    public void RestoreWeights(IReadOnlyDictionary<string, Tensor> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using var noGradients = no_grad();
        foreach ((string name, Tensor parameter) in Logits.state_dict()) parameter.copy_(weights[name]);
    }
}
